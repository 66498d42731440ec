private import Glibc

/// The environment that this process was given.
package enum ProcessEnvironment {
    /// A copy of all variables now. Nobody may change the environment meanwhile.
    package static var current: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let variable = String(cString: text)
            if let separator = variable.firstIndex(of: "=") {
                result[String(variable[..<separator])] = String(variable[variable.index(after: separator)...])
            }
            entry += 1
        }
        return result
    }
}
