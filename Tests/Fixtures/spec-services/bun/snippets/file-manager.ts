defineService("file-manager")
    .onAction((action, svc) => {
        if (action === "file:refresh") {
            svc.push("files:list", scanFiles());
        }
    })
    .build();
