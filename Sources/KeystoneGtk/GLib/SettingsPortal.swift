internal import CGtk

/// The colour scheme of `org.freedesktop.portal.Settings`, asked once and then listened to.
@MainActor
final class SettingsPortal {
    private static let name = "org.freedesktop.portal.Desktop"
    private static let path = "/org/freedesktop/portal/desktop"
    private static let interface = "org.freedesktop.portal.Settings"
    private static let namespace = "org.freedesktop.appearance"
    private static let key = "color-scheme"

    /// How long the start may wait for a portal that already runs; it answers in 1 to 3 ms.
    private static let startPatience: Int32 = 100  // milliseconds

    private let onValue: @MainActor (UInt32) -> Void
    private var bus: GObjectReference?
    private var subscription: guint = 0

    init(onValue: @escaping @MainActor (UInt32) -> Void) {
        self.onValue = onValue
        g_bus_get(
            G_BUS_TYPE_SESSION, nil,
            { _, result, data in
                guard let data else { return }
                let box = Unmanaged<WeakPortal>.fromOpaque(data).takeRetainedValue()
                // No session bus is no error: GTK's own setting is used then.
                guard let bus = try? GLibError.check({ g_bus_get_finish(result, $0) }) else { return }
                box.portal?.connected(GObjectReference(owning: UnsafeMutableRawPointer(bus)))
            },
            Unmanaged.passRetained(WeakPortal(self)).toOpaque())
    }

    /// What a portal that already runs says, before any window is shown; `nil` where none runs or none answers at once. One
    /// that would have to be started first is left to the background.
    static func valueAtStart() -> UInt32? {
        guard let bus = try? GLibError.check({ g_bus_get_sync(G_BUS_TYPE_SESSION, nil, $0) }) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(bus)) }
        let reply = try? GLibError.check {
            g_dbus_connection_call_sync(
                bus, name, path, interface, "Read", readArguments(), nil, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                startPatience, nil, $0)
        }
        guard let reply else { return nil }
        defer { g_variant_unref(reply) }
        return number(in: reply, at: 0)
    }

    isolated deinit {
        if let bus, subscription != 0 {
            g_dbus_connection_signal_unsubscribe(OpaquePointer(bus.unsafeObject), subscription)
        }
    }

    private func connected(_ bus: GObjectReference) {
        self.bus = bus
        let connection = OpaquePointer(bus.unsafeObject)
        subscribe(connection)
        read(connection)
    }

    private func subscribe(_ connection: OpaquePointer) {
        subscription = g_dbus_connection_signal_subscribe(
            connection, Self.name, Self.interface, "SettingChanged", Self.path, Self.namespace,
            G_DBUS_SIGNAL_FLAGS_NONE,
            { _, _, _, _, _, parameters, data in
                guard let parameters, let data else { return }
                let portal = Unmanaged<WeakPortal>.fromOpaque(data).takeUnretainedValue().portal
                guard SettingsPortal.text(parameters, at: 1) == SettingsPortal.key,
                    let value = SettingsPortal.number(in: parameters, at: 2)
                else { return }
                portal?.onValue(value)
            },
            Unmanaged.passRetained(WeakPortal(self)).toOpaque(),
            { data in
                if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
            })
    }

    private func read(_ connection: OpaquePointer) {
        g_dbus_connection_call(
            connection, Self.name, Self.path, Self.interface, "Read", Self.readArguments(), nil,
            G_DBUS_CALL_FLAGS_NONE, 5000, nil,
            { source, result, data in
                guard let data else { return }
                let portal = Unmanaged<WeakPortal>.fromOpaque(data).takeRetainedValue().portal
                // Nobody there to answer is no error either.
                let connection = OpaquePointer(source)
                guard let reply = try? GLibError.check({ g_dbus_connection_call_finish(connection, result, $0) })
                else { return }
                defer { g_variant_unref(reply) }
                if let value = SettingsPortal.number(in: reply, at: 0) { portal?.onValue(value) }
            },
            Unmanaged.passRetained(WeakPortal(self)).toOpaque())
    }

    private static func readArguments() -> OpaquePointer? {
        var arguments: [OpaquePointer?] = [g_variant_new_string(namespace), g_variant_new_string(key)]
        return g_variant_new_tuple(&arguments, 2)
    }

    private static func text(_ tuple: OpaquePointer, at index: gsize) -> String? {
        guard g_variant_n_children(tuple) > index, let child = g_variant_get_child_value(tuple, index) else {
            return nil
        }
        defer { g_variant_unref(child) }
        guard String(cString: g_variant_get_type_string(child)) == "s" else { return nil }
        return g_variant_get_string(child, nil).map { String(cString: $0) }
    }

    /// An unsigned number, however many variants it is wrapped in: `Read` wraps it twice, the signal once.
    private static func number(in tuple: OpaquePointer, at index: gsize) -> UInt32? {
        guard g_variant_n_children(tuple) > index, var value = g_variant_get_child_value(tuple, index) else {
            return nil
        }
        while String(cString: g_variant_get_type_string(value)) == "v" {
            guard let inner = g_variant_get_variant(value) else { break }
            g_variant_unref(value)
            value = inner
        }
        defer { g_variant_unref(value) }
        guard String(cString: g_variant_get_type_string(value)) == "u" else { return nil }
        return g_variant_get_uint32(value)
    }
}

/// What the bus's callbacks hold: they may come after the portal object is gone.
@MainActor
private final class WeakPortal {
    weak var portal: SettingsPortal?

    init(_ portal: SettingsPortal) {
        self.portal = portal
    }
}
