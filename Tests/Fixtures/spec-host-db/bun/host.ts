export default defineHost({
  async onBeforeStart(ctx) {
    const db = await openDatabase();

    await ctx.registerService("db", {
      name: "db",
      async start() {},
      query: (args) => db.query(args.sql),
      stop: () => db.close(),
    });
  },
});
