ks.send("chat:send", { text: "Hello", room: "general" });
