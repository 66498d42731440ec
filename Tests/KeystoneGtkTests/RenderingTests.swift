import Glibc
import Testing

@testable import KeystoneGtk

@Suite("Rendering mode")
struct RenderingTests {
    @Test(arguments: [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", true), ("Mesa Intel(R) UHD Graphics", false), ("softpipe", true),
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2", false),
    ])
    func recognisesSoftwareDrivers(name: String, software: Bool) {
        #expect(GLProbe.isSoftware(name) == software)
    }

    @Test func remembersTheSafeMode() throws {
        var template = Array("/tmp/keystone-rendering-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = ScenarioRun.spawn(["/bin/rm", "-rf", folder], ProcessEnvironment.current) }
        setenv("XDG_CACHE_HOME", folder, 1)  // GLib reads it once, at its first use in this process
        #expect(RenderingState.read() == nil)
        RenderingMode.rememberSafe(reason: "never painted")
        let state = try #require(RenderingState.read())
        #expect(state.mode == .software)
        #expect(state.reason == "never painted")
        #expect(state.isSafeMode)
        #expect(state.machine == GraphicsMachine.current.key)
        #expect(state.date.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
    }

    @Test func theProbeAnswersInAChildProcess() throws {
        GLProbe.runIfRequested()
        switch GLProbe.ask() {
        case .renderer(let name): #expect(!name.isEmpty)
        case .failed(let why): #expect(why != "the driver ended the probe", "the child did not reach the probe")
        case .notAsked: Issue.record("the probe was not asked")
        }
    }
}
