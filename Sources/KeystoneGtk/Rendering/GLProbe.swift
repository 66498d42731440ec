internal import CGtk

/// Asks the GL driver in a child process.
package enum GLProbe {
    package static func runIfRequested() {}
}
