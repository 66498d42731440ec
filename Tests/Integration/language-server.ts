// A client of sourcekit-lsp, over its standard input and output.
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { within, type AppDirectory } from "./harness";

interface Position { line: number; character: number }
interface Location { uri: string; range: { start: Position } }

/** Beside the compiler that plugins are built with. */
function program(): string {
    const compiler = process.env.SWIFTC ?? Bun.which("swiftc");
    const server = compiler && join(dirname(realpathSync(compiler)), "sourcekit-lsp");
    if (!server || !existsSync(server)) throw new Error("this toolchain has no sourcekit-lsp");
    return server;
}

export class LanguageServer {
    private readonly child;
    private nextID = 1;
    private readonly pending = new Map<number, (answer: { result?: unknown; error?: { message: string } }) => void>();
    private readonly texts = new Map<string, string>();
    private errors = "";

    private constructor(private readonly app: AppDirectory) {
        this.child = Bun.spawn([program()], {
            cwd: app.path, env: { ...process.env, HOME: join(app.path, ".home") }, stdin: "pipe", stdout: "pipe", stderr: "pipe",
        });
        void this.read();
        void new Response(this.child.stderr).text().then((text) => (this.errors = text));
    }

    /** Starts it in an app's directory, runs the body, and ends it. */
    static async running<T>(app: AppDirectory, body: (server: LanguageServer) => Promise<T>): Promise<T> {
        const server = new LanguageServer(app);
        try {
            await server.ask("initialize", {
                processId: process.pid, rootUri: pathToFileURL(app.path).href,
                capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
            });
            server.tell("initialized", {});
            const result = await body(server);
            await server.ask("shutdown", null);
            server.tell("exit", null);
            await within(server.child.exited, 10_000, () => "sourcekit-lsp did not end");
            return result;
        } finally {
            server.child.kill();
            await server.child.exited;
        }
    }

    open(file: string): void {
        const text = this.app.read(file);
        this.texts.set(file, text);
        this.tell("textDocument/didOpen", {
            textDocument: { uri: this.uri(file), languageId: "swift", version: 1, text },
        });
    }

    /** What an editor's watcher tells. */
    changedOnDisk(file: string): void {
        this.tell("workspace/didChangeWatchedFiles", { changes: [{ uri: this.uri(file), type: 1 }] });
    }

    async diagnostics(file: string): Promise<string[]> {
        const answer = await this.ask<{ items: { message: string }[] }>("textDocument/diagnostic", this.document(file));
        return answer.items.map((item) => item.message);
    }

    async hover(file: string, word: string): Promise<string> {
        const answer = await this.ask<{ contents: { value: string } } | null>("textDocument/hover", this.at(file, word));
        return answer?.contents.value ?? "";
    }

    async definition(file: string, word: string): Promise<Location[]> {
        return await this.ask<Location[] | null>("textDocument/definition", this.at(file, word)) ?? [];
    }

    /** The names that fit behind a text. */
    async completion(file: string, behind: string): Promise<string[]> {
        const place = this.at(file, behind);
        place.position.character += behind.length;
        const answer = await this.ask<{ items: { label: string }[] }>("textDocument/completion", place);
        return answer.items.map((item) => item.label);
    }

    private uri(file: string): string {
        return pathToFileURL(join(this.app.path, file)).href;
    }

    private document(file: string): { textDocument: { uri: string } } {
        return { textDocument: { uri: this.uri(file) } };
    }

    private at(file: string, text: string): { textDocument: { uri: string }; position: Position } {
        const whole = this.texts.get(file) ?? "";
        const index = whole.indexOf(text);
        if (index < 0) throw new Error(`${file} has no ${text}`);
        const lines = whole.slice(0, index).split("\n");
        return { ...this.document(file), position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } };
    }

    private tell(method: string, params: unknown): void {
        this.send({ method, params });
    }

    private async ask<T>(method: string, params: unknown): Promise<T> {
        const id = this.nextID++;
        const answer = new Promise<{ result?: unknown; error?: { message: string } }>((resolve) => this.pending.set(id, resolve));
        this.send({ id, method, params });
        const { result, error } = await within(answer, 50_000, () => `no answer to ${method}\n${this.errors}`);
        if (error) throw new Error(`${method}: ${error.message}`);
        return result as T;
    }

    private send(message: Record<string, unknown>): void {
        const text = JSON.stringify({ jsonrpc: "2.0", ...message });
        this.child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
        this.child.stdin.flush();
    }

    private async read(): Promise<void> {
        let rest = Buffer.alloc(0);
        for await (const chunk of this.child.stdout) {
            rest = Buffer.concat([rest, chunk]);
            for (;;) {
                const head = rest.indexOf("\r\n\r\n");
                const length = Number(/Content-Length: (\d+)/.exec(rest.subarray(0, Math.max(0, head)).toString())?.[1]);
                if (head < 0 || rest.length < head + 4 + length) break;
                this.receive(JSON.parse(rest.subarray(head + 4, head + 4 + length).toString()));
                rest = rest.subarray(head + 4 + length);
            }
        }
    }

    private receive(message: { id?: number; method?: string; result?: unknown; error?: { message: string } }): void {
        // What the server asks of an editor, for example to be told of changes on disk.
        if (message.method !== undefined && message.id !== undefined) return this.send({ id: message.id, result: null });
        if (message.id === undefined) return;
        this.pending.get(message.id)?.(message);
        this.pending.delete(message.id);
    }
}
