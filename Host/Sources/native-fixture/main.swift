// The app of Tests/Integration/native-app.test.ts: everything that an app's own Swift may do, in one executable.
import Keystone

KeystoneApp(name: "Native", id: "dev.keystone.native")
    .window("app") { $0.title("From Swift").size(640, 480) }
    .window("other") { $0.noSpawn() }
    .withBun()
    .service(Clock())
    .service(Clock())
    .service(Broken())
    .core(NativeCore())
    .onInitialize { context in
        addHandlers(context)
        addDrawingHandlers(context)
        addRoutes(context.http)
    }
    .run()
