import { defineService } from "@keystone/sdk/service";

export default defineService("example")
  // A page calls it with invokeBun("example:hello", { name: "Ada" }).
  .handle<{ name: string }>("example:hello", ({ name }) => `Hello, ${name}!`)
  // A page calls it with query("example"), other services with svc.call("example").
  .query((_, svc) => svc.store.keys())
  .build();
