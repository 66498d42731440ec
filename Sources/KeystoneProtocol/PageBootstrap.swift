package import KeystoneSupport

/// Space at the edges of the content that the window's own controls take, in points.
package struct PageInsets: Sendable, Hashable {
    package var top: Double
    package var left: Double
    package var right: Double

    package init(top: Double = 0, left: Double = 0, right: Double = 0) {
        self.top = top
        self.left = left
        self.right = right
    }

    package var json: JSONValue { ["top": JSONValue(top), "left": JSONValue(left), "right": JSONValue(right)] }
}

/// `window.__keystone`: what a page knows before its first script.
package struct PageBootstrap: Sendable, Hashable {
    package var windowID: String
    package var component: String
    /// Of the app.
    package var version: String
    /// Token names without `--ks-`, and their CSS values.
    package var theme: [(name: String, value: String)]
    /// `light` or `dark`.
    package var colorScheme: String
    package var insets: PageInsets
    package var development: Bool
    /// Whether a Bun process serves this page.
    package var bun: Bool
    /// For the page's sockets to Bun: see `WindowTicket`.
    package var ticket: String?

    package init(
        windowID: String, component: String, version: String, theme: [(name: String, value: String)],
        colorScheme: String, insets: PageInsets = PageInsets(), development: Bool, bun: Bool, ticket: String? = nil
    ) {
        self.windowID = windowID
        self.component = component
        self.version = version
        self.theme = theme
        self.colorScheme = colorScheme
        self.insets = insets
        self.development = development
        self.bun = bun
        self.ticket = ticket
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "windowId": .string(windowID), "component": .string(component), "platform": "linux",
            "version": .string(version), "theme": PageFunction.tokens(theme), "colorScheme": .string(colorScheme),
            "insets": insets.json, "development": .bool(development), "bun": .bool(bun),
        ]
        object["ticket"] = ticket.map { .string($0) }
        return .object(object)
    }

    /// The script to run before any other of the page.
    package var script: String { "window.__keystone = \(JSLiteral.json(json));" }

    package static func == (a: PageBootstrap, b: PageBootstrap) -> Bool { a.json == b.json }
    package func hash(into hasher: inout Hasher) { hasher.combine(json) }
}
