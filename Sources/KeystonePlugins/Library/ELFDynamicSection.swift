/// What the dynamic section says: which libraries are needed, how this one is called, where its symbols are.
struct ELFDynamicSection {
    private(set) var needed: [String] = []
    private(set) var soname: String?
    private(set) var isProgram = false
    private let file: ELFFile
    private let strings: Range<Int>
    private let symbols: (start: Int, count: Int)

    init(_ file: ELFFile) throws(ELFFile.Fault) {
        guard let segment = file.segments.first(where: { $0.type == ELFFile.Segment.dynamic }) else {
            throw .nonsense("it has no dynamic section")
        }
        let entries = try ELFDynamicSection.entries(file, segment)
        self.file = file
        strings = try ELFDynamicSection.strings(file, entries)
        symbols = try ELFDynamicSection.symbols(file, entries)
        for (tag, value) in entries {
            switch tag {
            case Tag.needed where needed.count < ELFDynamicSection.mostNeeded: needed.append(try text(value))
            case Tag.needed: throw .nonsense("it needs more than \(ELFDynamicSection.mostNeeded) libraries")
            case Tag.soname: soname = try text(value)
            case Tag.flags1: isProgram = value & Tag.isProgram != 0
            default: break
            }
        }
    }

    // MARK: Entries

    private enum Tag {
        static let needed = 1, hash = 4, strings = 5, symbols = 6, stringsSize = 10, soname = 14
        static let gnuHash = 0x6FFF_FEF5, flags1 = 0x6FFF_FFFB
        /// DF_1_PIE
        static let isProgram = 0x0800_0000
    }

    private static func entries(
        _ file: ELFFile, _ segment: ELFFile.Segment
    ) throws(ELFFile.Fault) -> [(tag: Int, value: Int)] {
        var entries: [(tag: Int, value: Int)] = []
        for offset in stride(from: segment.offset, to: segment.offset + segment.fileSize, by: 16) {
            guard let tag = file.reader.integer(Int.self, at: offset),
                let value: Int = file.reader.integer(at: offset + 8)
            else { break }
            if tag == 0 { return entries }
            entries.append((tag, value))
        }
        throw .nonsense("its dynamic section has no end")
    }

    private static func strings(
        _ file: ELFFile, _ entries: [(tag: Int, value: Int)]
    ) throws(ELFFile.Fault) -> Range<Int> {
        guard let address = entries.first(where: { $0.tag == Tag.strings })?.value,
            let size = entries.first(where: { $0.tag == Tag.stringsSize })?.value,
            let place = file.position(of: address), size > 0, size <= place.available
        else { throw .nonsense("its strings are not there") }
        return place.offset..<place.offset + size
    }

    private func text(_ offset: Int) throws(ELFFile.Fault) -> String {
        guard offset >= 0, offset < strings.count,
            let text = name(at: strings.lowerBound + offset), !text.isEmpty
        else { throw .nonsense("a library's name is not there") }
        return text
    }

    private func name(at position: Int) -> String? {
        file.reader.text(at: position, before: min(strings.upperBound, position + ELFDynamicSection.longestName))
    }

    // MARK: Symbols

    /// One of the symbols whose names begin with a certain text.
    struct Symbol {
        var name: String
        var isDefined: Bool
        /// A function that other libraries may call.
        var isFunction: Bool
        var address: Int
    }

    /// The symbols whose names begin so. Names are looked at in place: a library has tens of thousands.
    func symbols(beginningWith prefix: StaticString) -> [Symbol] {
        var found: [Symbol] = []
        for index in 0..<symbols.count {
            let entry = symbols.start + index * ELFDynamicSection.symbolSize
            guard let name: UInt32 = file.reader.integer(at: entry), Int(name) < strings.count else { continue }
            let position = strings.lowerBound + Int(name)
            guard file.reader.has(prefix, at: position) else { continue }
            guard let text = self.name(at: position),
                let information: UInt8 = file.reader.integer(at: entry + 4),
                let visibility: UInt8 = file.reader.integer(at: entry + 5),
                let section: UInt16 = file.reader.integer(at: entry + 6),
                let address = file.reader.word(at: entry + 8)
            else { continue }
            // STT_FUNC, bound global or weak; visibility default or protected.
            let isFunction =
                information & 15 == 2 && (1...2).contains(information >> 4) && [0, 3].contains(visibility & 3)
            found.append(Symbol(name: text, isDefined: section != 0, isFunction: isFunction, address: address))
        }
        return found
    }

    private static func symbols(
        _ file: ELFFile, _ entries: [(tag: Int, value: Int)]
    ) throws(ELFFile.Fault) -> (start: Int, count: Int) {
        guard let address = entries.first(where: { $0.tag == Tag.symbols })?.value,
            let place = file.position(of: address),
            let count = symbolCount(file, entries), count >= 0, count <= place.available / symbolSize
        else { throw .nonsense("its symbols are not there") }
        return (place.offset, count)
    }

    /// How many symbols there are stands in their hash tables alone.
    private static func symbolCount(_ file: ELFFile, _ entries: [(tag: Int, value: Int)]) -> Int? {
        if let address = entries.first(where: { $0.tag == Tag.hash })?.value, let table = file.position(of: address) {
            return file.reader.integer(UInt32.self, at: table.offset + 4).map { Int($0) }
        }
        return entries.first { $0.tag == Tag.gnuHash }.flatMap { file.position(of: $0.value) }.flatMap {
            gnuSymbolCount(file.reader, $0.offset)
        }
    }

    /// The GNU hash table: number of buckets, index of the first hashed symbol, words of the Bloom filter, its shift; the
    /// filter; the buckets; a chain entry for each hashed symbol, whose lowest bit ends a chain. Chains lie in the order
    /// of the symbols, so that the last one ends at the last symbol.
    private static func gnuSymbolCount(_ reader: ByteReader, _ start: Int) -> Int? {
        guard let bucketCount: UInt32 = reader.integer(at: start), let first: UInt32 = reader.integer(at: start + 4),
            let filterWords: UInt32 = reader.integer(at: start + 8)
        else { return nil }
        let buckets = start + 16 + Int(filterWords) * 8
        guard reader.holds(Int(bucketCount) * 4, at: buckets) else { return nil }
        let last = (0..<Int(bucketCount)).compactMap { reader.integer(UInt32.self, at: buckets + $0 * 4) }.max() ?? 0
        guard last >= first else { return last == 0 ? Int(first) : nil }
        var index = Int(last)
        let chains = buckets + Int(bucketCount) * 4
        while let entry: UInt32 = reader.integer(at: chains + (index - Int(first)) * 4) {
            index += 1
            if entry & 1 != 0 { return index }
        }
        return nil
    }

    private static let symbolSize = 24
    /// Bounds of what is read, far above what linkers write.
    private static let mostNeeded = 4096
    private static let longestName = 4096
}
