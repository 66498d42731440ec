const id = await nativeWindow.open("settings");  // browser
