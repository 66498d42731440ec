import Keystone

/// The code of this library is for other plugins: `import FileTree`. When it is changed, they are reloaded with it.
final class FileTreeLibrary: LibraryPlugin {
    let libraryName = "FileTree"
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { FileTreeLibrary() } }
