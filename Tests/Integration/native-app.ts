// The app whose Swift is Host/Sources/native-fixture, with the pages and services that it expects.
import { join } from "node:path";
import { AppDirectory, type Environment, type Files, type Host, root, running } from "./harness";

export const program = { KEYSTONE_HOST: join(root, "Host/.build/release/native-fixture") };

const page = `import * as bridge from "@keystone/sdk/bridge";
export function mount(root: HTMLElement, ctx: any) {
    root.textContent = "page";
    Object.assign(window, { bridge, ctx, failure: (error: any) => ({ name: error.name, code: error.code, message: error.message }) });
}`;

export function nativeApp(files: Files = {}): AppDirectory {
    return new AppDirectory({
        "bun/web/app.ts": page,
        "bun/web/other.ts": page,
        "bun/web/editor.ts": page,
        "bun/services/echo.ts": `import { defineService } from "@keystone/sdk/service";
            export default defineService("echo")
                .query((value: unknown) => ({ echo: value }))
                .handle("echo:back", (word: string, svc) => { svc.push("echo:said", word); return { word }; })
                .onAction((action, svc, info) => svc.push("echo:action", action + " from " + info.source))
                .build();`,
        "bun/workers/sums/sums.ts": `import { defineService } from "@keystone/sdk/service";
            export default defineService("sums")
                .query((numbers: number[]) => numbers.reduce((a, b) => a + b, 0))
                .handle("sums:product", (numbers: number[]) => numbers.reduce((a, b) => a * b, 1))
                .onAction((action, svc) => svc.push("sums:action", action))
                .build((svc) => void svc.ctx.onHostPush("sums:told", (data) => svc.push("sums:heard", data)));`,
        ...files,
    });
}

export const running1 = (body: (host: Host) => Promise<void>, env: Environment = {}) =>
    running(nativeApp(), body, { ...program, ...env });
