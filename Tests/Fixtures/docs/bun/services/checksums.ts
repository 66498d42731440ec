import { defineService } from "@keystone/sdk/service";

export default defineService("checksums")
  .query(async (text: string, svc) => {
    const stream = svc.openStream("host:echo", { from: "checksums" });
    await new Blob([text]).stream().pipeTo(stream.writable);
    return await new Response(stream.readable).text();
  })
  .build((svc) => {
    svc.onStream("checksum", async (stream, info) => {
      const hash = new Bun.CryptoHasher("sha256");
      for await (const chunk of stream.readable) hash.update(chunk);
      const writer = stream.writable.getWriter();
      await writer.write(new TextEncoder().encode(`${info.source} ${hash.digest("hex")}`));
      await writer.close();
    });
  });
