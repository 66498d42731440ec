#ifndef KS_CWEBKITGTK_SHIM_H
#define KS_CWEBKITGTK_SHIM_H

#include <webkit/webkit.h>
#include <jsc/jsc.h>
#include <libsoup/soup.h>
#include <gio/gunixfdlist.h>

#endif
