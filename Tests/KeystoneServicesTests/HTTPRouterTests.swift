import KeystoneCore
import KeystoneProtocol
import KeystoneServices
import KeystoneSupport
import Synchronization
import Testing

/// Counts across tasks.
private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add(_ number: Int) { count.withLock { $0 += number } }
}

struct HTTPRouterTests {
    let router = HTTPRouter()

    private func ask(
        _ method: String = "GET", _ target: String, headers: HTTPHeaders = [:], body: String = ""
    ) async -> HTTPResponse {
        await router.answer(
            HTTPRequest(method: method, target: target, headers: headers, body: Array(body.utf8), windowID: "w1"))
    }

    private func text(_ response: HTTPResponse) -> String {
        guard case .bytes(let bytes) = response.body else { return "a stream" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func parametersAndQueriesAreDecoded() async {
        router.get("/api/projects/:project/tasks/:task") { request in
            .text(
                "\(request.params["project"] ?? "") \(request.params["task"] ?? "") \(request.query["q"] ?? "-") "
                    + request.queryItems.map { "\($0.name)=\($0.value)" }.joined(separator: ","))
        }
        let response = await ask("GET", "/api/projects/a%2Fb/tasks/%C3%A4/?q=1&q=two+words&flag&bad=%zz")
        #expect(text(response) == "a/b ä two words q=1,q=two words,flag=,bad=%zz")
    }

    @Test func theFirstMatchAnswers() async {
        router
            .get("/api/notes/new") { _ in .text("fixed") }
            .get("/api/notes/:id") { _ in .text("parameter") }
            .get("/api/notes/*") { request in .text("rest \(request.params["*"] ?? "")") }
            .get("/api/notes/:other") { _ in .text("never") }
        #expect(text(await ask("GET", "/api/notes/new")) == "fixed")
        #expect(text(await ask("GET", "/api/notes/7")) == "parameter")
        #expect(text(await ask("GET", "/api/notes/7/parts/2")) == "rest 7/parts/2")
        #expect(text(await ask("GET", "/api/notes")) == "rest ")
    }

    @MainActor
    @Test func aReloadedPluginsRoutesStandWhereTheOlderOnesStood() async {
        let old = RegistrationOwner(name: "notes")
        let new = RegistrationOwner(name: "notes")
        router.owned(by: old).get("/api/:any") { _ in .text("old \(RegistrationOwner.current?.name ?? "")") }
        router.get("/api/*") { _ in .text("app") }
        #expect(text(await ask("GET", "/api/1")) == "app", "not in service yet")
        old.activate()
        #expect(text(await ask("GET", "/api/1")) == "old notes")
        router.owned(by: new).get("/api/special") { _ in .text("new special") }.get("/api/:any") { _ in .text("new") }
        #expect(text(await ask("GET", "/api/special")) == "old notes")
        new.activate()
        old.end()
        #expect(text(await ask("GET", "/api/special")) == "new special")
        #expect(text(await ask("GET", "/api/1")) == "new")
        new.end()
        #expect(text(await ask("GET", "/api/1")) == "app")
    }

    @Test func aMissingRouteIs404AndAMissingMethod405() async {
        router.get("/api/notes") { _ in .text("list") }.post("/api/notes") { _ in .noContent() }
        #expect(await ask("GET", "/api/note").status == 404)
        let refused = await ask("DELETE", "/api/notes")
        #expect(refused.status == 405)
        #expect(refused.headers["allow"] == "GET, HEAD, OPTIONS, POST")
        #expect(await ask("OPTIONS", "/api/notes").status == 204)
        let head = await ask("HEAD", "/api/notes")
        #expect(head.status == 200)
        #expect(text(head).isEmpty)
    }

    @Test func bodiesAreDecodedAndWrongOnesExplained() async {
        struct Note: Codable {
            var title: String
            var tags: [Int]
        }
        router.post("/api/notes") { request in
            let note = try request.decode(Note.self)
            return .json(note, status: 201)
        }
        let good = await ask("POST", "/api/notes", body: #"{"title": "a/b", "tags": [1]}"#)
        #expect(good.status == 201)
        #expect(good.headers["content-type"] == "application/json")
        #expect(text(good).contains(#""title":"a/b""#))
        for (body, part) in [
            ("", "the value is null"), ("{", "not JSON"),
            (#"{"title": 1, "tags": []}"#, #"\"title\" is not of type String"#),
            (#"{"title": "x", "tags": [1, "y"]}"#, "tags[1]"), (#"{"tags": []}"#, "is missing"),
        ] {
            let response = await ask("POST", "/api/notes", body: body)
            #expect(response.status == 400)
            #expect(text(response).contains(part), "\(body): \(text(response))")
        }
    }

    @Test func errorsKeepTheirDetailsForTheLog() async {
        struct Secret: Error {}
        router.get("/api/plain") { _ in throw Secret() }
            .get("/api/http") { _ in throw HTTPError(418, "short and stout") }
            .get("/api/wire") { _ in throw WireError(.forbidden, "not you") }
        let plain = await ask("GET", "/api/plain")
        #expect(plain.status == 500)
        #expect(!text(plain).contains("Secret"))
        #expect(await ask("GET", "/api/http").status == 418)
        let wire = await ask("GET", "/api/wire")
        #expect(wire.status == 403)
        #expect(text(wire).contains(#""code":"FORBIDDEN""#))
    }

    @Test(arguments: ["/api/%zz", "/api/../etc", "/api/%2e%2e/x", "/api/./x"])
    func pathsThatAreNoneAreRefused(path: String) async {
        router.get("/api/*") { _ in .text("reached") }
        #expect(await ask("GET", path).status == 400)
    }

    @Test(arguments: ["notes", "/notes", "/api/a/*/b", "/api/:", "/api/:a/:a"])
    func patternsThatCannotBeAreLeftOut(pattern: String) async {
        router.get(pattern) { _ in .text("reached") }
        #expect(await ask("GET", "/api/a/x/b").status == 404)
        #expect(await ask("GET", "/api/a/a").status == 404)
    }

    @Test func headersCompareWithoutCaseAndCannotBreakOut() {
        var headers: HTTPHeaders = ["Content-Type": "a", "X-One": "1", "x-one": "2"]
        #expect(headers["content-TYPE"] == "a")
        #expect(headers["X-ONE"] == "1, 2")
        headers["X-One"] = "3"
        #expect(headers["x-one"] == "3")
        headers.add("bad name", "x")
        headers.add("X-Split", "a\r\nSet-Cookie: b")
        #expect(headers.fields.count == 2)
    }
}

struct HTTPBodyPipeTests {
    @Test func aWriterWaitsForASlowReader() async throws {
        let pipe = HTTPBodyPipe()
        let chunk = [UInt8](repeating: 7, count: 64 << 10)
        let written = Counter()
        let writer = Task {
            let body = HTTPBodyWriter(pipe: pipe)
            for _ in 0..<64 {
                try await body.write(chunk)
                written.add(1)
            }
            pipe.finish()
        }
        // Full at the capacity: the writer can't be further than that without a reader.
        _ = try await eventually { written.value == 3 }
        #expect(written.value <= HTTPBodyPipe.capacity / chunk.count)
        var total = 0
        while let bytes = try await pipe.read() {
            total += bytes.count
            #expect(bytes.count <= HTTPBodyPipe.capacity)
        }
        try await writer.value
        #expect(total == 64 * chunk.count)
    }

    @Test func theReaderHearsOfTheWritersErrorAfterWhatWasWritten() async throws {
        let pipe = HTTPBodyPipe()
        try await HTTPBodyWriter(pipe: pipe).write("half")
        pipe.finish(.failure(HTTPError(500, "the disk is gone")))
        #expect(try await pipe.read() == Array("half".utf8))
        await #expect(throws: HTTPError.self) { _ = try await pipe.read() }
    }

    @Test func aReaderThatGivesUpStopsTheWriter() async throws {
        let pipe = HTTPBodyPipe()
        let writer = Task {
            while true { try await HTTPBodyWriter(pipe: pipe).write([UInt8](repeating: 0, count: 100_000)) }
        }
        _ = try await pipe.read()
        pipe.cancel()
        await #expect(throws: CancellationError.self) { try await writer.value }
        await #expect(throws: CancellationError.self) { _ = try await pipe.read() }
    }

    @Test func aCancelledWriterStopsWaiting() async throws {
        let pipe = HTTPBodyPipe()
        let writer = Task { try await HTTPBodyWriter(pipe: pipe).write([UInt8](repeating: 0, count: 1 << 20)) }
        writer.cancel()
        await #expect(throws: CancellationError.self) { try await writer.value }
    }
}
