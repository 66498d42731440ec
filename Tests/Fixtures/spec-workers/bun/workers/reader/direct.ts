import "../../src/surroundings.ts";

export async function start(ctx: ServiceContext) {
    const dp = ctx.workers.connect("data-processor");

    const result = await dp.query("heavy-compute", { data: bigPayload });

    dp.subscribe("ticks:realtime", (tick) => {
        processTick(tick);
    });

    dp.send("task:enqueue", { job: "cleanup" });
}
