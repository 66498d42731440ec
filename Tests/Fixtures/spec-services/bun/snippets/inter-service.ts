const result = await svc.call("other-service", args);  // request/reply between Bun services
