import { expect, test } from "bun:test";
import { jsonLines } from "./json-lines.ts";

function body(chunks: Uint8Array[], cancelled: () => void = () => {}): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    cancel: cancelled,
  }, { highWaterMark: 0 });
}

test("lines are whole, wherever the chunks are cut", async () => {
  const text = new TextEncoder().encode(`{"a":"ä€👍\\n"}\n[1,2]\n\n"last"`);
  for (let size = 1; size <= text.length; size++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < text.length; at += size) chunks.push(text.slice(at, at + size));
    const lines: unknown[] = [];
    for await (const line of jsonLines(body(chunks))) lines.push(line);
    expect(lines).toEqual([{ a: "ä€👍\n" }, [1, 2], "last"]);
  }
});

test("who reads no further ends the body", async () => {
  let isCancelled = false;
  const chunks = ["1\n2\n", "3\n"].map((text) => new TextEncoder().encode(text));
  for await (const line of jsonLines<number>(body(chunks, () => (isCancelled = true)))) if (line === 1) break;
  expect([isCancelled, chunks.length]).toEqual([true, 1]);
});
