// What one document of a page's top frame gets: `window.__keystoneLink`.
#ifndef KS_DOCUMENT_H
#define KS_DOCUMENT_H

#include <webkit/webkit-web-process-extension.h>

typedef struct KsDocument KsDocument;

// Puts the functions into the document's window. The caller closes and unrefs the document.
KsDocument *ks_document_new(WebKitWebPage *page, JSCContext *context);
// The document is no longer the page's: its connection ends, and it gets no other.
void ks_document_close(KsDocument *document);
void ks_document_unref(gpointer document);

#endif
