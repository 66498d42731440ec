// Pushes what a test asks for: in the snippets' apps this would be a feed, or the host.
import { defineService } from "@keystone/sdk/service";

export default defineService("events")
  .query(({ channel, data }: { channel: string; data: unknown }, svc) => svc.push(channel, data))
  .build();
