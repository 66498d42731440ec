// Writes one entry after the other into the database at PATH, under keys that begin with NAME, and prints each number
// when the database says that it is stored. Ends by being killed, or after COUNT entries: writer PATH NAME [COUNT]
import Glibc
import KeystoneStorage

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { exit(2) }
let database = try KeystoneDatabase(path: arguments[1])
let count = arguments.count > 3 ? Int(arguments[3]) ?? 0 : Int.max
for number in 0..<count {
    try database.transaction { entries in
        try entries.setString("a\(number)", forKey: "\(arguments[2]):a:\(number)")
        try entries.setString("b\(number)", forKey: "\(arguments[2]):b:\(number)")
    }
    print(number)
    fflush(nil)
}
