/// The rule for an app's `id`.
public enum AppID {
    /// As in "expected …".
    public static let rule =
        "an id in reverse DNS such as \"com.example.notes\": at least two parts between dots, each of ASCII letters, "
        + "digits, '-' or '_' and not beginning with a digit; 255 characters at most"

    public static func isValid(_ id: String) -> Bool {
        let parts = id.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return id.utf8.count <= 255 && parts.count >= 2 && parts.allSatisfy(isPart)
    }

    /// A valid id made from any name: `dev.keystone.NAME` with what the rule forbids replaced.
    public static func development(for name: String) -> String {
        "dev.keystone." + part(from: name)
    }

    /// The nearest allowed part: lower case, `-` for every run of other characters; never empty.
    public static func part(from name: String) -> String {
        var part = ""
        for scalar in name.lowercased().unicodeScalars.prefix(200) {
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isPlain || scalar == "_" {
                part.unicodeScalars.append(scalar)
            } else if !part.isEmpty, part.last != "-" {
                part.append("-")
            }
        }
        while part.last == "-" { part.removeLast() }
        if part.isEmpty { return "app" }
        return part.first?.isNumber == true ? "app-" + part : part
    }

    private static func isPart(_ part: Substring.UTF8View) -> Bool {
        guard let first = part.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return part.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
