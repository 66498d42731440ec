await nativeWindow.setFloating(true);
await nativeWindow.setFloating(false);
