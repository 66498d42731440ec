import { subscribe } from "@keystone/sdk/bridge";

const unsub = subscribe("prices:btc", (data) => {
    priceEl.textContent = `$${data.usd.toLocaleString()}`;
});
