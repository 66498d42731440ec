ctx.relay("data-processor", "channel", data);
