// What the snippets take for granted in Bun: the functions of the app that they stand in, and a network.
import { defineService, type ServiceModule } from "@keystone/sdk/service";

let lastBuilt: ServiceModule | undefined;

/** `defineService` for snippets that neither import it nor export what they build. */
function defineServiceAndKeep(name: string): ReturnType<typeof defineService> {
  const builder = defineService(name);
  const build = builder.build.bind(builder);
  builder.build = (init) => lastBuilt = build(init);
  return builder;
}

/** The service that the snippet that was imported last has built. */
export function builtBySnippet(): ServiceModule {
  if (!lastBuilt) throw new Error("the snippet has built no service");
  return lastBuilt;
}

let connects = 0;

Object.assign(globalThis, {
  defineService: defineServiceAndKeep,
  saveChatMessage: (message: object) => Promise.resolve({ ...message, saved: true }),
  scanFiles: () => ["one.txt", "two.txt"],
  getCpuPercent: () => Promise.resolve(12.5),
  // The database is down at first: the health check has something to mend.
  connectToDatabase: () => ++connects === 1 ? Promise.reject(new Error("down")) : Promise.resolve(),
  fetchForecast: (city: string) => Promise.resolve({ city, sky: "clear" }),
});

const realFetch = globalThis.fetch;
let requests = 0;
/** The weather of the specification's example, without leaving the machine. */
globalThis.fetch = Object.assign((input: string | URL | Request, init?: RequestInit) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith("https://wttr.in/")) return realFetch(input, init);
  return Promise.resolve(Response.json({ url, request: ++requests }));
}, realFetch);
