subscribe(`window:${ctx.windowId}:refresh`, () => reload());
