import Keystone

KeystoneApp(name: "Hello Swift", id: "dev.keystone.hello-swift")
    .window("app") { window in
        window.title("Hello Swift").size(520, 360)
            .toolbar { $0.button("Greet", "hello:greet").separator().icon("⏻", "app:quit", label: "Quit") }
    }
    .withBun()
    .service(Greeter.self)
    .run()
