import { defineService } from "@keystone/sdk/service";

const seen: string[] = [];

export default defineService("recorder")
  .query(() => seen)
  .onAction((action) => void seen.push(action))
  .build();
