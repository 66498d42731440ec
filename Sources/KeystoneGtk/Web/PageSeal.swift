internal import KeystoneSupport

/// Tells the page's own messages from those of frames inside it: WebKit hands the message handlers to every frame of a
/// view, whatever its origin, and doesn't say which one spoke.
///
/// A script that runs in the top frame alone, before any other, puts a secret in front of each message. A frame of another
/// origin can neither read it nor guess it.
struct PageSeal {
    /// Never in a page's hands: it lives in a closure.
    let secret = RandomToken.hex(bytes: 16)

    /// To run at the document's start, in the top frame only.
    var script: String {
        """
        (() => {
          const native = window.webkit?.messageHandlers;
          if (!native) return;
          const secret = "\(secret)";
          const sealed = (handler) => {
            const post = handler.postMessage.bind(handler);
            return Object.freeze({ postMessage: (body) => post(typeof body === "string" ? secret + body : body) });
          };
          const own = { __proto__: null, keystone: sealed(native.keystone), keystoneHost: sealed(native.keystoneHost) };
          const messageHandlers = new Proxy(native, { get: (all, name) => own[name] ?? all[name] });
          // On the prototype: `window.webkit` can't be replaced, and is made anew after it was garbage-collected.
          Object.defineProperty(Object.getPrototypeOf(window.webkit), "messageHandlers", {
            get: () => messageHandlers, configurable: false, enumerable: true,
          });
        })();
        """
    }

    /// The message without its seal; `nil` where it has none.
    func open(_ message: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let seal = secret.utf8
        guard message.count >= seal.count, message.prefix(seal.count).elementsEqual(seal) else { return nil }
        return UnsafeRawBufferPointer(rebasing: message.dropFirst(seal.count))
    }
}
