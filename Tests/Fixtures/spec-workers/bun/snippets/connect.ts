const dp = ctx.workers.connect("data-processor");
const result = await dp.query("heavy-compute", bigData);
dp.subscribe("ticks:realtime", processTick);
