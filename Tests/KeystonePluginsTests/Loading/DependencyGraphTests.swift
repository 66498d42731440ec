import Testing

@testable import KeystonePlugins

@Suite struct DependencyGraphTests {
    private let graph = DependencyGraph([
        "App": ["Shared"], "Clock": ["Shared"], "Shared": ["Base"], "Base": [], "Lone": [],
    ])

    @Test func whatIsNeededComesFirstElseTheOrderIsKept() {
        let (order, stuck) = graph.ordered(["App", "Base", "Clock", "Lone", "Shared"])
        #expect(order == ["Base", "Lone", "Shared", "App", "Clock"])
        #expect(stuck.isEmpty)
    }

    @Test func whatIsNotAmongTheNamesHoldsNothingUp() {
        #expect(graph.ordered(["Clock", "App"]).order == ["Clock", "App"])
    }

    @Test func whatIsInACircleOrNeedsOneIsStuck() {
        let graph = DependencyGraph(["A": ["B"], "B": ["A"], "C": ["A"], "D": []])
        let (order, stuck) = graph.ordered(["A", "B", "C", "D"])
        #expect(order == ["D"])
        #expect(stuck == ["A", "B", "C"])
    }

    @Test func whoNeedsItselfIsACircle() {
        let (order, stuck) = DependencyGraph(["A": ["A"], "B": []]).ordered(["A", "B"])
        #expect(order == ["B"])
        #expect(stuck == ["A"])
    }

    @Test func dependentsAndRequirementsReachFar() {
        #expect(graph.dependents(of: ["Base"]) == ["Base", "Shared", "App", "Clock"])
        #expect(graph.requirements(of: ["App"]) == ["App", "Shared", "Base"])
        #expect(graph.dependents(of: ["Unknown"]) == ["Unknown"])
    }

    @Test func groupsHaveNoEdgesBetweenThem() {
        #expect(graph.components(of: ["App", "Clock", "Lone", "Shared"]) == [["App", "Clock", "Shared"], ["Lone"]])
        #expect(graph.components(of: ["App", "Clock"]) == [["App"], ["Clock"]])
    }
}
