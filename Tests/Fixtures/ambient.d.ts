// What the specification's snippets take for granted: names that an app of one's own would declare. The fixtures give
// them values in `src/`; here they get types.
// deno-lint-ignore-file no-explicit-any
import type * as bridge from "@keystone/sdk/bridge";
import type * as service from "@keystone/sdk/service";
import type * as config from "@keystone/sdk/config";
import type * as host from "@keystone/sdk/host";

declare global {
  // Of the SDK, where a snippet leaves the import out.
  var keystone: typeof bridge.keystone;
  var invokeBun: typeof bridge.invokeBun;
  var query: typeof bridge.query;
  var subscribe: typeof bridge.subscribe;
  var nativeWindow: typeof bridge.nativeWindow;
  var app: typeof bridge.app;
  var defineService: typeof service.defineService;
  var defineConfig: typeof config.defineConfig;
  var defineHost: typeof host.defineHost;
  type ServiceContext = service.ServiceContext;

  // Of the app that the snippet stands in.
  type T = any;
  interface Note {
    id: string;
    title: string;
    body: string;
  }
  var root: HTMLElement;
  var ctx: any;
  var svc: service.ServiceHandle;
  var ks: bridge.Keystone;
  var key: string;
  var value: unknown;
  var channel: string;
  var data: any;
  var args: any;
  var req: { ip: string };
  var gauge: HTMLElement;
  var priceEl: HTMLElement;
  var myDbModule: service.ServiceModule;
  var bigPayload: number[];
  var bigData: number[];
  function processTick(tick: any): void;
  function reload(): void;
  function handler(data: any): void;
  function setState(state: any): void;
  function saveChatMessage(message: any): Promise<any>;
  function scanFiles(): string[];
  function getCpuPercent(): Promise<number>;
  function connectToDatabase(): Promise<void>;
  function fetchForecast(city: string): Promise<any>;
  function loadConfig(): any;
  function loadConfigFromDisk(): any;
  function flushPendingWrites(): Promise<void>;
  function openDatabase(): Promise<{ query(sql: string): any; close(): void }>;
}
