@_exported public import KeystoneCore
@_exported public import KeystoneServices
@_exported public import KeystoneStorage
