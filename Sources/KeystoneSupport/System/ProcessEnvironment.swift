private import FoundationEssentials

/// The environment that this process was given.
package enum ProcessEnvironment {
    /// A copy of all variables now.
    package static var current: [String: String] { ProcessInfo.processInfo.environment }
}
