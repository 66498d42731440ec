// bun/services/my-service.ts — trigger an action visible to C#
ctx.action("export:complete");
