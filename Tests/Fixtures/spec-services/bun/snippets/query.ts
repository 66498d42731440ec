import { query } from "@keystone/sdk/bridge";

const weather = await query("weather", { city: "San Francisco" });

const ks = keystone();
const files = await ks.query("file-scanner", { dir: "/home/user/Documents" });
