svc.push("metrics:cpu", { percent: 72.4, cores: 8 });
