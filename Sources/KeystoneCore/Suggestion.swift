internal import KeystoneSupport

/// "Did you mean …?"
public enum Suggestion {
    /// The candidate that a misspelt name was probably meant to be; `nil` when none is close.
    public static func nearest(to name: String, in candidates: [String]) -> String? {
        nearestName(to: name, in: candidates)
    }
}
