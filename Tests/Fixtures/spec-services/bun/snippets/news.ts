export default defineService("news")
  .network({ endpoints: ["reddit.com", "finviz.com", "*.rssfeeds.com"] })
  .every(300_000, async (svc) => {
    const data = await fetch("https://reddit.com/r/wallstreetbets.json").then(r => r.json());
    svc.push("news:reddit", data);
  })
  .build();
