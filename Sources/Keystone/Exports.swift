@_exported public import KeystoneCore
@_exported public import KeystoneServices
