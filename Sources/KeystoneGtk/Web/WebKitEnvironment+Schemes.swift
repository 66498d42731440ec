internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

extension WebKitEnvironment {
    func registerScheme(
        _ name: String, maximumBody: Int,
        handler: @escaping @MainActor (SchemeRequest) async -> SchemeResponse
    ) {
        let security = webkit_web_context_get_security_manager(context)
        webkit_security_manager_register_uri_scheme_as_secure(security, name)
        webkit_security_manager_register_uri_scheme_as_cors_enabled(security, name)
        let endpoint = SchemeEndpoint(environment: self, maximumBody: maximumBody, handler: handler)
        webkit_web_context_register_uri_scheme(
            context, name,
            { request, data in
                guard let request, let data else { return }
                Unmanaged<SchemeEndpoint>.fromOpaque(data).takeUnretainedValue().receive(request)
            },
            Unmanaged.passRetained(endpoint).toOpaque(),
            { data in
                if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
            })
    }
}
