// The app of Tests/Integration/native-app.test.ts: everything that an app's own Swift may do, in one executable.
import Keystone

KeystoneApp(name: "Native", id: "dev.keystone.native")
    .window("app") { $0.title("From Swift").size(640, 480) }
    .window("other") { $0.noSpawn() }
    .window("editor") { window in
        window.noSpawn().size(500, 300)
            .toolbar { $0.button("Save", "editor:save").separator().icon("⚙", "spawn:other", label: "Settings") }
    }
    .withBun()
    .configure { config in
        var sums = WorkerConfig()
        sums.name = "sums"
        sums.servicesDir = "workers/sums"
        config.workers = [sums]
    }
    .service(Clock())
    .service(Clock())
    .service(Broken())
    .core(NativeCore())
    .onInitialize { context in
        addHandlers(context)
        addDrawingHandlers(context)
        addIpcHandlers(context)
        addRoutes(context.http)
    }
    .run()
