internal import KeystoneSupport

/// A name as messages show it: in quotation marks, in one line, whatever is in it.
func quoted(_ text: String) -> String {
    "\(JSONValue.string(text))"
}

/// The last component of a path.
func fileName(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}
