const location = await svc.call("location", { ip: req.ip });
const forecast = await fetchForecast(location.city);
