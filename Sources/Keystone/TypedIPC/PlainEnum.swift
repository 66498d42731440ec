/// Enumerations without payloads.
enum PlainEnum {
    private static let enumKind = 0x201
    private static let enumDescriptorKind: UInt32 = 18
    private static let payloadCasesOffset = 20
    private static let emptyCasesOffset = 24

    /// All cases, in the order of their declaration; `nil` for anything else than an enumeration without payloads and with
    /// at most 256 cases. It need not be `CaseIterable`: the number of cases stands in the type's metadata, whose layout
    /// is part of Swift's stable ABI (ABI/TypeMetadata, "nominal type descriptors").
    static func cases<Value>(of type: Value.Type) -> [Value]? {
        guard let count = count(type) else { return nil }
        switch (count, MemoryLayout<Value>.size) {
        case (0, _): return []
        // SAFETY: a value of an enumeration with one case and without payloads has no bytes.
        case (1, 0): return [unsafeBitCast((), to: type)]
        case (2...256, 1):
            // SAFETY: such a value is one byte that holds the case's number, from 0 to the number of cases less 1.
            return (0..<count).map { unsafeBitCast(UInt8($0), to: type) }
        default: return nil
        }
    }

    private static func count(_ type: Any.Type) -> Int? {
        // SAFETY: an existential metatype is a pointer to the type's metadata, whose first word is its kind; the second
        // one of an enumeration's points to its descriptor. Both live as long as the process.
        let metadata = unsafeBitCast(type, to: UnsafePointer<Int>.self)
        guard metadata[0] == enumKind, let descriptor = UnsafeRawPointer(bitPattern: metadata[1]),
            descriptor.load(as: UInt32.self) & 0x1F == enumDescriptorKind,
            descriptor.load(fromByteOffset: payloadCasesOffset, as: UInt32.self) & 0xFF_FFFF == 0
        else { return nil }
        return Int(descriptor.load(fromByteOffset: emptyCasesOffset, as: UInt32.self))
    }
}
