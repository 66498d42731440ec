import CGtk

/// A decoded picture.
@MainActor
struct Picture {
    struct Pixel: Equatable {
        var red, green, blue: UInt8

        init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }
    }

    let png: [UInt8]
    let width: Int
    let height: Int
    private let pixels: [UInt8]

    init(png: [UInt8]) throws {
        self.png = png
        let bytes = png.withUnsafeBytes { g_bytes_new($0.baseAddress, gsize($0.count)) }
        defer { g_bytes_unref(bytes) }
        guard let texture = gdk_texture_new_from_bytes(bytes, nil) else { throw StageError("not a picture") }
        defer { g_object_unref(UnsafeMutableRawPointer(texture)) }
        width = Int(gdk_texture_get_width(texture))
        height = Int(gdk_texture_get_height(texture))
        var pixels = [UInt8](repeating: 0, count: width * height * 4)
        gdk_texture_download(texture, &pixels, gsize(width * 4))
        self.pixels = pixels
    }

    func color(_ x: Int, _ y: Int) -> Pixel {
        let start = (y * width + x) * 4  // blue, green, red, alpha
        return Pixel(pixels[start + 2], pixels[start + 1], pixels[start])
    }

    func alpha(_ x: Int, _ y: Int) -> UInt8 { pixels[(y * width + x) * 4 + 3] }
}
