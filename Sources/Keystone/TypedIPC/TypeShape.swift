/// The form of a type's JSON.
indirect enum TypeShape: Hashable {
    case boolean, number, string
    /// Any JSON, and meant so.
    case any
    /// What can't be known, and why, in words for the app's developer.
    case unknown(String)
    /// One of these JSON texts.
    case literals([String])
    case nullable(TypeShape)
    case array(TypeShape)
    /// Elements at fixed places.
    case tuple([TypeShape])
    /// Any names, values of one form.
    case dictionary(TypeShape)
    case object([Member])
    case union([TypeShape])
    /// A type that has a declaration of its own.
    case named(ObjectIdentifier)
    /// TypeScript that the app wrote.
    case written(String)
    /// With a remark.
    case noted(TypeShape, String)

    struct Member: Hashable {
        var name: String
        var shape: TypeShape
        /// May be missing.
        var isOptional: Bool
    }

    /// The same, or `null`.
    var orNull: TypeShape { if case .nullable = self { self } else { .nullable(self) } }

    /// One shape for values of all of them.
    static func joined(_ shapes: [TypeShape]) -> TypeShape {
        var different: [TypeShape] = []
        for shape in shapes {
            let parts = if case .union(let parts) = shape { parts } else { [shape] }
            for part in parts where !different.contains(part) { different.append(part) }
        }
        return different.count == 1 ? different[0] : .union(different)
    }
}
