@_exported public import KeystoneCore
@_exported public import KeystoneProtocol
@_exported public import KeystoneServices
@_exported public import KeystoneStorage
@_exported public import KeystoneSupport
