import Testing

@testable import KeystonePlugins

@Test func aPluginErrorNamesTheFile() {
    #expect("\(PluginError(.noEntry, file: "/a/libB.so", "nothing in it"))" == "/a/libB.so: nothing in it")
}
