import { defineService } from "@keystone/sdk/service";

export default defineService("headlines")
  .network({ endpoints: ["news.example.com", "*.feeds.example.com:443"] })
  .query(async (topic: string) => {
    const response = await fetch(`https://news.example.com/${encodeURIComponent(topic)}.json`);
    return await response.json();
  })
  .build();
