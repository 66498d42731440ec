import { defineService } from "@keystone/sdk/service";

export default defineService("echo").query((args: unknown) => args).build();
