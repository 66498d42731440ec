// Web layer
const ks = keystone();
ks.send("chat:send", { text: "Hello", roomId: "general" });
