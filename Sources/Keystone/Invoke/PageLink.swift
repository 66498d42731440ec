internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// The fast path of one page: its connection, and the calls that come over it.
///
/// The calls are read and, unless their handlers want the main actor, run and answered without the main thread.
final class PageLink: Sendable {
    private let connection: PageConnection
    private let calls: OpenCalls

    /// Makes the connection and returns the page's end of it. Throws where the system has no more sockets or threads.
    static func open(
        _ dispatcher: InvokeDispatcher, on loop: PageSocketLoop, log: Logger
    ) throws(SystemError) -> (link: PageLink, pageEnd: OwnedDescriptor) {
        let ends = try SocketPair.make()
        let link = PageLink(loop.makeConnection(ends.ours), dispatcher)
        try loop.add(
            link.connection,
            PageConnectionHandlers(
                received: { link.receive($0, isAlone: $1) },
                closed: { error in
                    if let error { log.warning("the page's connection was closed: \(error.message)") }
                    link.close()
                }))
        return (link, ends.theirs)
    }

    private init(_ connection: PageConnection, _ dispatcher: InvokeDispatcher) {
        self.connection = connection
        calls = dispatcher.makeSource { [weak connection] begins in connection?.burst(begins) }
    }

    /// The page is gone: its calls are cancelled.
    func close() {
        connection.close()
        calls.close()
    }

    /// A call that came alone is run where it was read; one of many must not make the others wait.
    private func receive(_ frame: PageFrame, isAlone: Bool) {
        switch frame {
        case .call(let id, let channel, let args): run(id, channel, .json(args), here: isAlone)
        case .bytesCall(let id, let channel, let bytes): run(id, channel, .bytes(bytes), here: isAlone)
        case .cancel(let id): calls.cancel(id: String(id))
        case .malformed(let id, let error): connection.answer(id: id, .failure(error))
        }
    }

    private func run(_ id: UInt64, _ channel: String, _ payload: InvokeRequest.Payload, here: Bool) {
        calls.run(InvokeCall(id: String(id), channel: channel, payload: payload), here: here) { [connection] result in
            connection.answer(id: id, result)
        }
    }
}

extension PageConnection {
    fileprivate func answer(id: UInt64, _ result: Result<InvokeReply, WireError>) {
        switch result {
        case .success(.none): answer(id: id, kind: .nothing)
        case .success(.json(let value)): answer(id: id, kind: .json, payload: value.serialized())
        case .success(.jsonText("")): answer(id: id, kind: .nothing)
        case .success(.jsonText(let text)): answer(id: id, kind: .json, payload: Array(text.utf8))
        case .success(.bytes(let bytes)): answer(id: id, kind: .bytes, payload: bytes)
        case .failure(let error): answer(id: id, kind: .error, payload: Array(error.jsonText.utf8))
        }
    }
}
