#ifndef KS_CGTK_SHIM_H
#define KS_CGTK_SHIM_H

#include <gtk/gtk.h>
#include <gdk/x11/gdkx.h>
#include <gdk/wayland/gdkwayland.h>
#include <gio/gio.h>
#include <glib-unix.h>

#endif
