import KeystoneProtocol
import Testing

@Suite struct NDJSONReaderTests {
    private func items(_ chunks: [String], limit: Int = 100) -> [String] {
        var reader = NDJSONReader(limit: limit)
        var seen: [String] = []
        func take(_ item: NDJSONReader.Item) {
            switch item {
            case .line(let bytes): seen.append(String(decoding: bytes, as: UTF8.self))
            case .tooLong(let limit): seen.append("<over \(limit)>")
            }
        }
        for chunk in chunks { reader.append(Array(chunk.utf8)[...], take) }
        reader.finish(take)
        return seen
    }

    @Test func cutsLinesWhereverTheChunksEnd() {
        let text = "{\"a\":1}\r\n\n{\"b\":\"ä\"}\nrest"
        let expected = ["{\"a\":1}", "{\"b\":\"ä\"}", "rest"]
        #expect(items([text]) == expected)
        var reader = NDJSONReader()
        var bytewise: [String] = []
        for byte in text.utf8 {
            reader.append([byte]) {
                if case .line(let line) = $0 { bytewise.append(String(decoding: line, as: UTF8.self)) }
            }
        }
        reader.finish { if case .line(let line) = $0 { bytewise.append(String(decoding: line, as: UTF8.self)) } }
        #expect(bytewise == expected)
    }

    @Test func reportsALongLineOnceAndGoesOnAfterIt() {
        let long = String(repeating: "x", count: 40)
        #expect(items(["a\n" + long, long, long + "\nb\n"], limit: 50) == ["a", "<over 50>", "b"])
        #expect(items(["\(long)\nb\n"], limit: 39) == ["<over 39>", "b"])
        #expect(items(["\(long)\r\nb\n"], limit: 40) == [long, "b"])
        #expect(items([long + long], limit: 50) == ["<over 50>"])
    }
}
