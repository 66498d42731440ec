import Keystone

enum Unit: String, Codable, Sendable { case millimetres = "mm", inches = "in" }

struct Drawing: Codable, Sendable {
    var title: String
    var unit: Unit
    var shapes: [Shape]
    var scale: Double?
}

/// Its members depend on its kind: no decoder can find that out, so the type says it itself.
enum Shape: Codable, Sendable {
    case circle(radius: Double)
    case square(side: Double)

    private enum CodingKeys: CodingKey { case kind, radius, side }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .kind) {
        case "circle": self = .circle(radius: try container.decode(Double.self, forKey: .radius))
        case "square": self = .square(side: try container.decode(Double.self, forKey: .side))
        case let kind: throw WireError(.badRequest, "there is no shape \(kind)")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .circle(let radius):
            try container.encode("circle", forKey: .kind)
            try container.encode(radius, forKey: .radius)
        case .square(let side):
            try container.encode("square", forKey: .kind)
            try container.encode(side, forKey: .side)
        }
    }
}

extension Shape: TypeScriptDescribed {
    static let typeScript = #"{ kind: "circle"; radius: number } | { kind: "square"; side: number }"#
    static var typeScriptSample: Shape? { .circle(radius: 1) }
}

@MainActor
func addDrawingHandlers(_ context: CoreContext) {
    context.handle("drawing:largest") { (drawing: Drawing) -> Shape? in
        drawing.shapes.max { $0.area < $1.area }
    }
}

extension Shape {
    fileprivate var area: Double {
        switch self {
        case .circle(let radius): 3.14159 * radius * radius
        case .square(let side): side * side
        }
    }
}
