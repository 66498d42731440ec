internal import CGtk

/// GLib's fundamental types; the C names are macros that Swift does not see (`G_TYPE_MAKE_FUNDAMENTAL` shifts by two).
enum GTypeID {
    static let boolean = GType(5 << 2)
    static let string = GType(16 << 2)
    static let object = GType(20 << 2)
}
