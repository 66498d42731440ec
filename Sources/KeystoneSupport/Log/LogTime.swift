internal import Glibc

/// A moment as `2026-02-28T09:30:00.123Z`: UTC, so that logs of several machines sort, and without time zone files.
package struct LogTime {
    /// Since 1970, UTC.
    var seconds: Int
    var milliseconds: Int

    static func now() -> LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    /// A moment as the log writes it; years beyond 9999 become that.
    package static func text(seconds: Int) -> String {
        var text: [UInt8] = []
        LogTime(seconds: min(max(0, seconds), 253_402_300_799), milliseconds: 0).append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    func append(to text: inout [UInt8]) {
        let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
        let second = seconds - days * 86400
        let (year, month, day) = LogTime.civil(days: days)
        LogTime.append(year, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        LogTime.append(month, digits: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        LogTime.append(day, digits: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        LogTime.append(second / 3600, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        LogTime.append(second / 60 % 60, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        LogTime.append(second % 60, digits: 2, to: &text)
        text.append(UInt8(ascii: "."))
        LogTime.append(milliseconds, digits: 3, to: &text)
        text.append(UInt8(ascii: "Z"))
    }

    /// The Gregorian date of a count of days since 1970. Counts in years that start in March, so that the leap day is last.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func append(_ value: Int, digits: Int, to text: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: max(0, value) / divisor % 10))
            divisor /= 10
        }
    }
}
