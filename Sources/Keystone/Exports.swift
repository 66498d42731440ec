@_exported public import KeystoneCore
