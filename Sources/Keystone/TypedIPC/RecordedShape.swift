/// The shape that a type's recordings, all of runs that came to an end, tell together.
enum RecordedShape {
    struct Unclear: Error {
        /// As in "TYPE …".
        let reason: String
    }

    static func make(_ recordings: [Recording]) throws(Unclear) -> TypeShape {
        var shapes: [TypeShape] = []
        for keySets in different(recordings.filter { !$0.keySets.isEmpty }.map(\.keySets)) {
            shapes.append(try keyed(recordings.filter { $0.keySets == keySets }, keySets))
        }
        let unkeyed = recordings.filter(\.isUnkeyed)
        if !unkeyed.isEmpty { shapes.append(elements(unkeyed)) }
        shapes += recordings.flatMap(\.values)
        guard !shapes.isEmpty else { return .any }
        let shape = TypeShape.joined(shapes)
        let isNullable = recordings.contains { $0.isNullable && !$0.isUnkeyed }
        return isNullable ? shape.orNull : shape
    }

    // MARK: Objects

    private static func keyed(_ recordings: [Recording], _ sets: [Recording.KeySet]) throws(Unclear) -> TypeShape {
        let names = sets.flatMap { $0 ?? [] }
        guard !sets.contains(nil) else { throw Unclear(reason: "makes its coding keys at run time") }
        let choices = recordings.compactMap(\.selectedKey)
        guard !choices.isEmpty else { return try object(recordings, names) }
        // An enumeration with payloads: an object of one member for each case.
        if let missing = names.first(where: { !choices.contains($0) }) {
            throw Unclear(reason: "could not be tried out as \(missing)")
        }
        var shapes: [TypeShape] = []
        for name in names { shapes.append(try object(recordings.filter { $0.selectedKey == name }, [name])) }
        return .joined(shapes)
    }

    private static func object(_ recordings: [Recording], _ names: [String]) throws(Unclear) -> TypeShape {
        let read = different(recordings.flatMap { $0.members.map(\.name) })
        if let unread = names.first(where: { !read.contains($0) }) {
            throw Unclear(reason: "has a coding key, \(unread), that it does not read")
        }
        var members: [TypeShape.Member] = []
        for name in read { members.append(try member(name, recordings)) }
        return .object(members)
    }

    private static func member(_ name: String, _ recordings: [Recording]) throws(Unclear) -> TypeShape.Member {
        let records = recordings.compactMap { $0.members.first { $0.name == name } }
        var shapes = records.flatMap(\.shapes)
        let nested = records.compactMap(\.nested)
        if !nested.isEmpty { shapes.append(try make(nested)) }
        var shape = shapes.isEmpty ? .unknown("no value of it could be made") : TypeShape.joined(shapes)
        if records.contains(where: \.isNullable) { shape = shape.orNull }
        let isOptional = records.count < recordings.count || records.contains(where: \.isOptional)
        return TypeShape.Member(name: name, shape: shape, isOptional: isOptional)
    }

    // MARK: Arrays

    private static func elements(_ recordings: [Recording]) -> TypeShape {
        let lists = different(recordings.map(\.elements))
        let isNullable = recordings.contains(where: \.isNullable)
        if lists.count == 1, !isNullable, !recordings.contains(where: \.isCounted) { return .tuple(lists[0]) }
        let shapes = lists.flatMap { $0 }
        let element = shapes.isEmpty ? TypeShape.unknown("no element of it could be read") : .joined(shapes)
        return .array(isNullable ? element.orNull : element)
    }

    private static func different<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }
}
