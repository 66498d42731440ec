// Service
export async function start(ctx: ServiceContext) {
    ctx.onWebMessage("chat:send", async (data, ws) => {
        const saved = await saveChatMessage(data);
        ctx.push("chat:messages", saved);
    });
}
