import { expect, test } from "bun:test";
import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostOutput } from "./host-output.ts";
import { LineSplitter } from "./line-splitter.ts";

/** A real pipe; `read` begins to read it. */
function pipe(): { output: HostOutput; read: () => AsyncIterable<string>; end: () => void } {
  const directory = mkdtempSync(join(tmpdir(), "keystone-pipe-"));
  const path = join(directory, "pipe");
  spawnSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const output = new HostOutput(Bun.file(writer).writer({ highWaterMark: 256 * 1024 }));
  async function* read(): AsyncIterable<string> {
    const cat = spawn("cat", { stdio: [reader, "pipe", "inherit"] });
    const splitter = new LineSplitter(1024 * 1024);
    for await (const chunk of cat.stdout ?? []) {
      for (const line of splitter.push(chunk as Uint8Array)) if (line.kind === "line") yield line.text;
    }
  }
  return {
    output,
    read,
    end() {
      closeSync(writer);
      closeSync(reader);
      rmSync(directory, { recursive: true });
    },
  };
}

test("a host that doesn't read costs a bounded amount of memory; what was lost is told, and answers never are", async () => {
  const { output, read, end } = pipe();
  const data = "x".repeat(256 * 1024);
  const before = process.memoryUsage().rss;
  for (let count = 0; count < 1000; count++) output.send({ type: "service_push", channel: "flood", data });
  output.send({ type: "result", id: 1, result: "kept" });
  await Bun.sleep(0);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  let pushes = 0;
  let answer: unknown;
  for await (const line of read()) {
    const message = JSON.parse(line);
    if (message.type === "service_push") pushes++;
    if (message.type === "result") answer = message.result;
    if (message.type !== "log") continue;
    expect(message.message).toBe(`the host didn't read; ${1000 - pushes} messages were lost`);
    break;
  }
  expect(pushes).toBeGreaterThan(200);
  expect(answer).toBe("kept");
  // What comes after is taken again.
  output.send({ type: "service_push", channel: "flood", data: "last" });
  await output.flush();
  end();
});
