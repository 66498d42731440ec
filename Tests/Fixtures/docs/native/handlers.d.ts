// Made by `keystone types` from the app's Swift handlers, which decide what is here. Changes are lost.
import "@keystone/sdk/bridge";

/** native_fixture.Drawing */
export interface Drawing {
  title: string;
  unit: Unit;
  shapes: Shape[];
  scale?: number | null;
}

/** native_fixture.Item */
export interface Item {
  name: string;
  count: number;
  tags?: string[] | null;
}

/** native_fixture.Order */
export interface Order {
  channel: string;
  data?: unknown | null;
  window?: string | null;
}

/** native_fixture.Shape */
export type Shape = { kind: "circle"; radius: number } | { kind: "square"; side: number };

/** native_fixture.Unit */
export type Unit = "mm" | "in";

declare module "@keystone/sdk/bridge" {
  interface InvokeHandlers {
    "drawing:largest": { args: Drawing; result: Shape | null };
    "ipc:bun.action": { args: string; result: undefined };
    "ipc:bun.call": { args: string; result: unknown };
    "ipc:bun.query": { args: unknown; result: unknown };
    "ipc:web.endValue": { args: Order; result: undefined };
    "ipc:web.push": { args: Order; result: undefined };
    "ipc:web.pushValue": { args: Order; result: undefined };
    "ipc:worker.action": { args: string; result: undefined };
    "ipc:worker.call": { args: string; result: number };
    "ipc:worker.push": { args: Order; result: undefined };
    "ipc:worker.query": { args: string; result: number };
    "ipc:wrongType": { args: undefined; result: Item };
    "native:action": { args: string; result: undefined };
    "native:any": { args: unknown; result: unknown };
    "native:bun": { args: string; result: unknown };
    "native:double": { args: Item; result: Item };
    "native:ends": { args: undefined; result: number };
    "native:explained": { args: undefined; result: undefined };
    "native:main": { args: undefined; result: number };
    "native:open": { args: string; result: string };
    /** Handled by the app, the windows of other, the windows of app, the windows of editor. */
    "native:own": { args: undefined; result: string };
    "native:plain": { args: undefined; result: undefined };
    "native:push": { args: Item; result: undefined };
    "native:reverse": { args: ArrayBuffer | ArrayBufferView; result: ArrayBuffer };
    "native:slow": { args: undefined; result: undefined };
    "native:tick": { args: undefined; result: number };
    "native:who": { args: unknown; result: string };
    "native:windows": { args: undefined; result: number };
    "native:wire": { args: undefined; result: undefined };
  }
}
