#ifndef KS_CGTK_SHIM_H
#define KS_CGTK_SHIM_H

#include <gtk/gtk.h>
#include <gdk/x11/gdkx.h>
#include <gdk/wayland/gdkwayland.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <X11/Xatom.h>

// Private to libdispatch, but CoreFoundation relies on them: how a foreign run loop serves the main queue.
extern int _dispatch_get_main_queue_handle_4CF(void);
extern void _dispatch_main_queue_callback_4CF(void *unused);

static inline gboolean ks_display_is_x11(GdkDisplay *display) {
    return GDK_IS_X11_DISPLAY(display);
}

static inline gboolean ks_display_is_wayland(GdkDisplay *display) {
    return GDK_IS_WAYLAND_DISPLAY(display);
}

// A row that says to screen readers what it is; the role can only be given when it is made.
static inline GtkWidget *ks_toolbar_row_new(int spacing) {
    return (GtkWidget *)g_object_new(
        GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_TOOLBAR, "spacing", spacing, NULL);
}

static inline void ks_set_accessible_label(GtkWidget *widget, const char *label) {
    gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

#endif
