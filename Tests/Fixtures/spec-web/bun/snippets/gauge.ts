subscribe("metrics:cpu", (data) => {
    gauge.textContent = `${data.percent.toFixed(1)}%`;
});
