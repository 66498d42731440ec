subscribe(`window:${ctx.windowId}:event`, handler);  // browser
