/// The parts of an ELF file that the system's loader would look at: header, segments, dynamic section.
///
/// Section numbers are those of the System V ABI, "Object Files" and "Program Loading and Dynamic Linking". Only 64-bit
/// little-endian files are read on.
struct ELFFile {
    enum Fault: Error, Hashable {
        /// The first bytes are not those of an ELF file.
        case otherFormat
        /// It ends before what it announces.
        case cutOff
        /// It is for another machine.
        case machine(Machine)
        /// A program, an object file, a core dump.
        case notShared
        /// What it says of itself can't be.
        case nonsense(String)
    }

    struct Machine: Hashable {
        var number: UInt16
        var isLittleEndian64: Bool
    }

    struct Segment {
        var type: UInt32
        var flags: UInt32
        var offset: Int
        var address: Int
        var fileSize: Int
        var memorySize: Int
    }

    let reader: ByteReader
    let segments: [Segment]

    init(_ bytes: [UInt8]) throws(Fault) {
        reader = ByteReader(bytes: bytes)
        try ELFFile.checkHeader(reader)
        segments = try ELFFile.segments(reader)
        try ELFFile.checkSections(reader)
    }

    // MARK: Header

    private static func checkHeader(_ reader: ByteReader) throws(Fault) {
        let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
        guard reader.bytes.starts(with: magic.prefix(reader.count)) else { throw .otherFormat }
        guard reader.count >= headerSize, let type: UInt16 = reader.integer(at: 16),
            let machine: UInt16 = reader.integer(at: 18)
        else { throw .cutOff }
        let found = Machine(number: machine, isLittleEndian64: reader.bytes[4] == 2 && reader.bytes[5] == 1)
        guard found == .current else { throw .machine(found) }
        guard type == sharedObject else { throw .notShared }
    }

    private static func segments(_ reader: ByteReader) throws(Fault) -> [Segment] {
        guard let start = reader.word(at: 32), let size: UInt16 = reader.integer(at: 54),
            let count: UInt16 = reader.integer(at: 56)
        else { throw .cutOff }
        guard size == segmentSize, count > 0 else { throw .nonsense("its program headers") }
        guard reader.holds(Int(count) * segmentSize, at: start) else { throw .cutOff }
        var result: [Segment] = []
        for index in 0..<Int(count) {
            let segment = try segment(reader, at: start + index * segmentSize)
            guard segment.memorySize >= segment.fileSize || segment.type != Segment.load else {
                throw .nonsense("a segment is larger in the file than in memory")
            }
            guard reader.holds(segment.fileSize, at: segment.offset) else { throw .cutOff }
            result.append(segment)
        }
        return result
    }

    private static func segment(_ reader: ByteReader, at offset: Int) throws(Fault) -> Segment {
        guard let type: UInt32 = reader.integer(at: offset), let flags: UInt32 = reader.integer(at: offset + 4),
            let position = reader.word(at: offset + 8), let address = reader.word(at: offset + 16),
            let fileSize = reader.word(at: offset + 32), let memorySize = reader.word(at: offset + 40),
            !address.addingReportingOverflow(memorySize).overflow
        else { throw .nonsense("a segment lies beyond all addresses") }
        return Segment(
            type: type, flags: flags, offset: position, address: address, fileSize: fileSize, memorySize: memorySize)
    }

    /// The section headers come last in what linkers write: a file that ends before them is not complete.
    private static func checkSections(_ reader: ByteReader) throws(Fault) {
        guard let start = reader.word(at: 40), let size: UInt16 = reader.integer(at: 58),
            let count: UInt16 = reader.integer(at: 60)
        else { throw .cutOff }
        guard start == 0 || reader.holds(Int(size) * Int(count), at: start) else { throw .cutOff }
    }

    // MARK: Addresses

    var loaded: [Segment] { segments.filter { $0.type == Segment.load } }

    /// Where the byte of an address lies in the file, and how many of the segment's follow it.
    func position(of address: Int) -> (offset: Int, available: Int)? {
        for segment in loaded where address >= segment.address && address - segment.address < segment.fileSize {
            let distance = address - segment.address
            return (segment.offset + distance, segment.fileSize - distance)
        }
        return nil
    }

    private static let headerSize = 64
    private static let segmentSize = 56
    /// ET_DYN
    private static let sharedObject: UInt16 = 3
}

extension ELFFile.Segment {
    /// PT_LOAD
    static let load: UInt32 = 1
    /// PT_DYNAMIC
    static let dynamic: UInt32 = 2

    /// PF_X
    var isExecutable: Bool { flags & 1 != 0 }
}

extension ELFFile.Machine {
    static var current: ELFFile.Machine {
        #if arch(arm64)
            ELFFile.Machine(number: 183, isLittleEndian64: true)
        #else
            ELFFile.Machine(number: 62, isLittleEndian64: true)
        #endif
    }

    /// As `uname -m` calls it.
    var name: String {
        switch number {
        case 3: "i686"
        case 8: "mips"
        case 20: "ppc"
        case 21: isLittleEndian64 ? "ppc64le" : "ppc64"
        case 22: "s390x"
        case 40: "arm"
        case 62: isLittleEndian64 ? "x86_64" : "x86_64 with 32-bit pointers"
        case 183: "aarch64"
        case 243: "riscv64"
        case 258: "loongarch64"
        default: "an unknown machine (ELF number \(number))"
        }
    }
}
