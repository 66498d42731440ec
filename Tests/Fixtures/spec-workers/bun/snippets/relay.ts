// Worker → Worker
ctx.relay("data-processor", "task:start", { job: "backfill", range: "2024-01" });
