// What a plugin's shared library and the framework agree on. A library defines one function,
//
//     keystone_plugin_export keystone_plugins(void);
//
// and refers to the framework's symbol `keystone_abi_1`: the number changes when libraries that were built against an
// earlier framework can no longer be loaded. Both names can be read from a library's symbol table without running any
// of it.
#ifndef KEYSTONE_PLUGIN_H
#define KEYSTONE_PLUGIN_H

#define KEYSTONE_PLUGIN_ABI 1

// A retained Swift object of the framework's, made by `exportPlugins`; whoever calls the entry releases it.
typedef void *_Nonnull keystone_plugin_export;
typedef keystone_plugin_export (*_Nonnull keystone_plugin_entry)(void);

#endif
