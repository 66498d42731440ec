/// A type that says itself what its JSON is in TypeScript, for `keystone types`: needed where a type's own coding depends on
/// the values that it finds.
///
/// ```swift
/// extension Shape: TypeScriptDescribed {
///     static let typeScript = #"{ kind: "circle"; radius: number } | { kind: "square"; side: number }"#
///     static var typeScriptSample: Shape? { .circle(radius: 1) }
/// }
/// ```
public protocol TypeScriptDescribed {
    /// A TypeScript type. It is not checked here, and written into the file as it is.
    static var typeScript: String { get }
    /// Any value; needed only where the type is a member of another one, which can't be described without. `nil` unless
    /// the type says otherwise.
    static var typeScriptSample: Self? { get }
}

extension TypeScriptDescribed {
    public static var typeScriptSample: Self? { nil }
}
