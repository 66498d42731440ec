import Foundation
import Keystone

FileHandle.standardError.write(Data("keystone-host: this build has no host yet\n".utf8))
exit(1)
