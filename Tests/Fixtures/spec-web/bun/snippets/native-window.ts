await nativeWindow.setTitle("My App — Untitled")
await nativeWindow.open("settings")             // returns new window ID
await nativeWindow.setFloating(true)
await nativeWindow.getBounds()                  // { x, y, width, height }
await nativeWindow.setBounds({ width: 1024 })   // partial — omitted fields unchanged
await nativeWindow.center()
nativeWindow.minimize(); nativeWindow.maximize(); nativeWindow.close()
