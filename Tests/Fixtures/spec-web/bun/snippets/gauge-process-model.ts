// Browser
subscribe("metrics:cpu", (data) => {
    gauge.textContent = `${data.percent}%`;
});
