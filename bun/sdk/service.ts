/**
 * Services: TypeScript that runs in the Bun process, apart from any window.
 *
 * A file (or a directory with `index.ts`) in `bun/services/` is a service. It exports what {@link defineService} builds,
 * or the functions of {@link ServiceModule} one by one.
 *
 * @example
 * import { defineService } from "@keystone/sdk/service";
 *
 * export default defineService("counter")
 *   .handle("counter:add", ({ by }: { by: number }, svc) => {
 *     const count = (svc.store.get<number>("count") ?? 0) + by;
 *     svc.store.set("count", count);
 *     svc.push("counter:changed", count);
 *     return count;
 *   })
 *   .build();
 *
 * @module
 */

import { ServiceBuilder } from "./service/builder.ts";

export { ServiceBuilder } from "./service/builder.ts";
export type {
  ActionInfo,
  CallInfo,
  CallOptions,
  HealthResult,
  HostLink,
  NetworkDeclaration,
  PushOptions,
  ServiceContext,
  ServiceFetch,
  ServiceHandle,
  ServiceIpc,
  ServiceModule,
  ServicePaths,
  ServiceStream,
  ServiceWorkers,
  StoreHandle,
  StreamHandler,
  StreamInfo,
  WebLink,
  WebSender,
  WorkerConnection,
  WorkerLink,
} from "./service/types.ts";

/**
 * Begins a service.
 *
 * @param name - what `query(name)` and `call(name)` ask for; unique in the app.
 */
export function defineService(name: string): ServiceBuilder {
  return new ServiceBuilder(name);
}
