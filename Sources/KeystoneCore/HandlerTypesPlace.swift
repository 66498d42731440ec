/// Where `keystone types` writes what the app's Swift handlers take and answer, unless it is told another place.
package enum HandlerTypesPlace {
    /// - Parameter bunRoot: The Bun side's directory.
    package static func path(in bunRoot: String) -> String { bunRoot + "/types/handlers.d.ts" }
}
