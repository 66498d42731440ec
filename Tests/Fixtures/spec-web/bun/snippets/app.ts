await app.getPath("userData")     // ~/Library/Application Support/<id>
await app.getPath("documents")    // also: downloads, desktop, temp, appRoot
await app.getName(); await app.getVersion()
app.quit()
