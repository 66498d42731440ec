/** The part of Bun's global API that this project uses: `deno check` has no package to read it from. */

interface BunServerWebSocket<Data = unknown> {
  data: Data;
  readonly readyState: number;
  readonly remoteAddress: string;
  send(message: string | ArrayBufferView | ArrayBuffer, compress?: boolean): number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  getBufferedAmount(): number;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
}

interface BunServer<Data = unknown> {
  readonly port: number;
  readonly hostname: string;
  readonly url: URL;
  readonly pendingWebSockets: number;
  upgrade(request: Request, options?: { data?: Data; headers?: HeadersInit }): boolean;
  stop(closeActiveConnections?: boolean): Promise<void>;
  timeout(request: Request, seconds: number): void;
  publish(topic: string, data: string, compress?: boolean): number;
  subscriberCount(topic: string): number;
}

interface BunWebSocketHandlers<Data> {
  open?(socket: BunServerWebSocket<Data>): void | Promise<void>;
  message(socket: BunServerWebSocket<Data>, message: string | Uint8Array<ArrayBuffer>): void | Promise<void>;
  close?(socket: BunServerWebSocket<Data>, code: number, reason: string): void | Promise<void>;
  drain?(socket: BunServerWebSocket<Data>): void | Promise<void>;
  maxPayloadLength?: number;
  idleTimeout?: number;
  backpressureLimit?: number;
  closeOnBackpressureLimit?: boolean;
  sendPings?: boolean;
  perMessageDeflate?: boolean;
}

interface BunServeOptions<Data> {
  hostname?: string;
  port?: number;
  development?: boolean;
  idleTimeout?: number;
  maxRequestBodySize?: number;
  reusePort?: boolean;
  fetch(request: Request, server: BunServer<Data>): Response | undefined | Promise<Response | undefined>;
  websocket?: BunWebSocketHandlers<Data>;
  error?(error: Error): Response | Promise<Response>;
}

interface BunFileSink {
  write(data: string | ArrayBufferView | ArrayBuffer): number;
  flush(): number | Promise<number>;
}

interface BunFile extends Blob {
  writer(options?: { highWaterMark?: number }): BunFileSink;
  readonly name?: string;
  readonly lastModified: number;
  exists(): Promise<boolean>;
}

interface BunBuildMessage {
  name: string;
  message: string;
  level: "error" | "warning" | "info" | "debug" | "verbose";
  position: {
    file: string;
    namespace: string;
    line: number;
    column: number;
    length: number;
    lineText: string;
    offset: number;
  } | null;
}

interface BunBuildArtifact extends Blob {
  readonly path: string;
  readonly kind: "entry-point" | "chunk" | "asset" | "sourcemap" | "bytecode";
  readonly hash: string | null;
  readonly loader: string;
  readonly sourcemap: BunBuildArtifact | null;
}

interface BunPluginBuilder {
  onLoad(
    filter: { filter: RegExp; namespace?: string },
    load: (args: { path: string; namespace: string; loader: string }) => unknown,
  ): void;
  onResolve(
    filter: { filter: RegExp; namespace?: string },
    resolve: (args: { path: string; importer: string; namespace: string; resolveDir: string; kind: string }) => unknown,
  ): void;
  /** At run time only. */
  module(specifier: string, load: () => unknown): void;
  onStart(start: () => unknown): void;
  onEnd?(end: (result: BunBuildOutput) => unknown): void;
  config: Record<string, unknown>;
}

interface BunPlugin {
  name: string;
  target?: "bun" | "browser" | "node";
  setup(build: BunPluginBuilder): void | Promise<void>;
}

interface BunBuildOptions {
  entrypoints: string[];
  outdir?: string;
  root?: string;
  target?: "browser" | "bun" | "node";
  format?: "esm" | "cjs" | "iife";
  splitting?: boolean;
  sourcemap?: "none" | "linked" | "inline" | "external" | boolean;
  minify?: boolean | { whitespace?: boolean; identifiers?: boolean; syntax?: boolean };
  external?: string[];
  packages?: "bundle" | "external";
  define?: Record<string, string>;
  loader?: Record<string, string>;
  naming?: string | { entry?: string; chunk?: string; asset?: string };
  publicPath?: string;
  plugins?: BunPlugin[];
  conditions?: string | string[];
  banner?: string;
  footer?: string;
  throw?: boolean;
  files?: Record<string, string | Blob | Uint8Array<ArrayBuffer>>;
  metafile?: boolean;
  jsx?: { runtime?: "automatic" | "classic"; importSource?: string; development?: boolean };
}

interface BunBuildMetafile {
  inputs: Record<
    string,
    { bytes: number; imports: { path: string; kind: string; original?: string; external?: boolean }[] }
  >;
  outputs: Record<
    string,
    {
      bytes: number;
      inputs: Record<string, { bytesInOutput: number }>;
      exports?: string[];
      entryPoint?: string;
      cssBundle?: string;
    }
  >;
}

interface BunBuildOutput {
  success: boolean;
  outputs: BunBuildArtifact[];
  logs: BunBuildMessage[];
  metafile?: BunBuildMetafile;
}

interface BunSubprocess {
  readonly pid: number;
  readonly stdin: { write(data: string | Uint8Array): number; flush(): number | Promise<number>; end(): void };
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stderr: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly exited: Promise<number>;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  kill(signal?: number | string): void;
}

interface BunSocket {
  /** Returns how many bytes the socket took; below zero when it is closed. */
  write(data: string | ArrayBufferView | ArrayBuffer): number;
  flush(): void;
  end(): void;
  terminate(): void;
}

interface BunSocketHandlers {
  binaryType?: "buffer" | "uint8array" | "arraybuffer";
  open?(socket: BunSocket): void;
  data?(socket: BunSocket, data: Uint8Array<ArrayBuffer>): void;
  drain?(socket: BunSocket): void;
  end?(socket: BunSocket): void;
  close?(socket: BunSocket): void;
  error?(socket: BunSocket, error: Error): void;
  connectError?(socket: BunSocket, error: Error): void;
}

interface BunListener {
  stop(closeActiveConnections?: boolean): void;
}

interface BunSpawnOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  stdin?: "pipe" | "inherit" | "ignore" | null;
  stdout?: "pipe" | "inherit" | "ignore" | null;
  stderr?: "pipe" | "inherit" | "ignore" | null;
  onExit?(process: BunSubprocess, exitCode: number | null, signalCode: number | null): void;
}

declare const Bun: {
  readonly version: string;
  readonly revision: string;
  readonly main: string;
  readonly argv: string[];
  readonly env: Record<string, string | undefined>;
  readonly stdin: { stream(): ReadableStream<Uint8Array<ArrayBuffer>> };
  readonly stdout: BunFile;
  readonly stderr: BunFile;
  connect(options: { unix: string; socket: BunSocketHandlers }): Promise<BunSocket>;
  listen(options: { unix: string; socket: BunSocketHandlers }): BunListener;
  serve<Data = undefined>(options: BunServeOptions<Data>): BunServer<Data>;
  build(options: BunBuildOptions): Promise<BunBuildOutput>;
  plugin(plugin: BunPlugin): void | Promise<void>;
  spawn(command: string[], options?: BunSpawnOptions): BunSubprocess;
  readonly CryptoHasher: new (algorithm: "sha256", key?: string) => {
    update(text: string): { digest(encoding: "hex"): string };
  };
  file(path: string | URL | number, options?: { type?: string }): BunFile;
  write(path: string | URL | BunFile, data: string | Blob | ArrayBuffer | ArrayBufferView | Response): Promise<number>;
  hash: ((data: string | ArrayBufferView | ArrayBuffer) => number | bigint) & {
    wyhash(data: string | ArrayBufferView | ArrayBuffer, seed?: bigint): bigint;
  };
  sleep(milliseconds: number): Promise<void>;
  sleepSync(milliseconds: number): void;
  resolveSync(specifier: string, directory: string): string;
  inspect: ((value: unknown, options?: { colors?: boolean; depth?: number; compact?: boolean }) => string) & {
    table(rows: unknown): string;
  };
  gc(force?: boolean): void;
  stripANSI(text: string): string;
  Glob: new (pattern: string) => {
    match(path: string): boolean;
    scan(options?: string | { cwd?: string; onlyFiles?: boolean; dot?: boolean }): AsyncIterableIterator<string>;
    scanSync(options?: string | { cwd?: string; onlyFiles?: boolean; dot?: boolean }): IterableIterator<string>;
  };
  Transpiler: new (options?: { loader?: string; trimUnusedImports?: boolean }) => {
    scanImports(code: string): { path: string; kind: string }[];
    scan(code: string): { imports: { path: string; kind: string }[]; exports: string[] };
    transformSync(code: string): string;
  };
  /** Frees compiled code and unused memory, once nothing runs. */
  shrink(): void;
};

interface ImportMeta {
  /** The directory of this module. */
  readonly dir: string;
  /** The path of this module. */
  readonly path: string;
  readonly file: string;
}
