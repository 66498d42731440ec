/// One thing in a window's toolbar.
public enum ToolbarItem: Sendable, Hashable {
    /// A button with words on it, which dispatches an action.
    case button(title: String, action: String)
    /// A button with a symbol on it: a character, or a few. `label` says what it does, in its tooltip and to screen readers.
    case icon(symbol: String, action: String, label: String)
    /// A line between groups.
    case separator
}
