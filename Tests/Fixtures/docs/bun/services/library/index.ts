import { defineService } from "@keystone/sdk/service";
import { titleOf } from "./titles.ts";

export default defineService("library")
  .query(async ({ count }: { count?: number }, svc) => titleOf(count ?? await svc.call<number>("counter")))
  .build();
