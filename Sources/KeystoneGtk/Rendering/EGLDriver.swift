internal import Glibc

/// The name of the GL renderer, from EGL loaded at run time. Only the probe's child calls this.
enum EGLDriver {
    struct Problem: Error {
        var message: String
    }

    private typealias Handle = UnsafeMutableRawPointer
    private typealias GetDisplay = @convention(c) (Handle?) -> Handle?
    private typealias GetPlatformDisplay = @convention(c) (UInt32, Handle?, UnsafePointer<Int>?) -> Handle?
    private typealias Initialize =
        @convention(c) (Handle?, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?)
        -> UInt32
    private typealias BindAPI = @convention(c) (UInt32) -> UInt32
    private typealias ChooseConfig =
        @convention(c) (
            Handle?, UnsafePointer<Int32>?, UnsafeMutablePointer<Handle?>?, Int32, UnsafeMutablePointer<Int32>?
        ) -> UInt32
    private typealias CreateContext = @convention(c) (Handle?, Handle?, Handle?, UnsafePointer<Int32>?) -> Handle?
    private typealias MakeCurrent = @convention(c) (Handle?, Handle?, Handle?, Handle?) -> UInt32
    private typealias GetProcAddress = @convention(c) (UnsafePointer<CChar>?) -> Handle?
    private typealias GetString = @convention(c) (UInt32) -> UnsafePointer<UInt8>?

    private static let openGLES: UInt32 = 0x30A0
    private static let renderableType: Int32 = 0x3040
    private static let openGLES2Bit: Int32 = 4
    private static let surfaceType: Int32 = 0x3033
    private static let contextVersion: Int32 = 0x3098
    private static let none: Int32 = 0x3038
    private static let surfacelessMesa: UInt32 = 0x31DD
    private static let rendererName: UInt32 = 0x1F01

    static func renderer() -> Result<String, Problem> {
        guard let library = dlopen("libEGL.so.1", RTLD_NOW) else { return .failure(Problem(message: "no libEGL")) }
        do throws(Problem) {
            let display = try openDisplay(library)
            try makeContext(library, display)
            let address: GetProcAddress = try symbol(library, "eglGetProcAddress")
            guard let pointer = address("glGetString") else { throw Problem(message: "no glGetString") }
            // SAFETY: the GL specification gives the function this signature.
            let getString = unsafeBitCast(pointer, to: GetString.self)
            guard let name = getString(rendererName) else { throw Problem(message: "the renderer has no name") }
            return .success(String(cString: name))
        } catch {
            return .failure(error)
        }
    }

    /// The window system's display, or without one Mesa's surfaceless platform.
    private static func openDisplay(_ library: Handle) throws(Problem) -> Handle {
        let getDisplay: GetDisplay = try symbol(library, "eglGetDisplay")
        let initialize: Initialize = try symbol(library, "eglInitialize")
        if let display = getDisplay(nil), initialize(display, nil, nil) != 0 { return display }
        let getPlatformDisplay: GetPlatformDisplay = try symbol(library, "eglGetPlatformDisplay")
        if let display = getPlatformDisplay(surfacelessMesa, nil, nil), initialize(display, nil, nil) != 0 {
            return display
        }
        throw Problem(message: "EGL does not initialize")
    }

    private static func makeContext(_ library: Handle, _ display: Handle) throws(Problem) {
        let bind: BindAPI = try symbol(library, "eglBindAPI")
        let choose: ChooseConfig = try symbol(library, "eglChooseConfig")
        let create: CreateContext = try symbol(library, "eglCreateContext")
        let makeCurrent: MakeCurrent = try symbol(library, "eglMakeCurrent")
        guard bind(openGLES) != 0 else { throw Problem(message: "no OpenGL ES") }
        var config: Handle?
        var count: Int32 = 0
        let wanted: [Int32] = [surfaceType, 0, renderableType, openGLES2Bit, none]
        guard choose(display, wanted, &config, 1, &count) != 0, count > 0 else {
            throw Problem(message: "no OpenGL ES 2 configuration")
        }
        let attributes: [Int32] = [contextVersion, 2, none]
        guard let context = create(display, config, nil, attributes), makeCurrent(display, nil, nil, context) != 0
        else { throw Problem(message: "no OpenGL ES 2 context") }
    }

    private static func symbol<T>(_ library: Handle, _ name: String) throws(Problem) -> T {
        guard let address = dlsym(library, name) else { throw Problem(message: "libEGL has no \(name)") }
        // SAFETY: the callers name the signature that the EGL specification gives the function.
        return unsafeBitCast(address, to: T.self)
    }
}
