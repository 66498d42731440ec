import { afterEach, expect, test } from "bun:test";
import { FolderLink } from "./folder-link.ts";

const realFetch = globalThis.fetch;
afterEach(() => void (globalThis.fetch = realFetch));

/** Answers one request after the other; the lines of a stream end it. */
function answering(...answers: (Response | object[])[]): string[] {
  const asked: string[] = [];
  globalThis.fetch = Object.assign((input: string | URL | Request) => {
    asked.push(String(input));
    const answer = answers.shift();
    if (!answer) return new Promise<Response>(() => {});
    if (answer instanceof Response) return Promise.resolve(answer);
    return Promise.resolve(new Response(answer.map((line) => JSON.stringify(line) + "\n").join("")));
  }, realFetch);
  return asked;
}

/** What the link tells, until it has told `count` things. */
async function told(path: string, count: number): Promise<unknown[]> {
  const events: unknown[] = [];
  let link: FolderLink | undefined;
  await new Promise<void>((resolve) => {
    const tell = (...event: unknown[]) => {
      events.push(event);
      if (events.length === count) resolve();
    };
    link = new FolderLink(path, {
      begin: () => tell("begin"),
      entries: (batch) => tell("entries", batch.map(({ place, name }) => `${place}/${name}`)),
      listed: ({ entries }) => tell("listed", entries),
      changed: (put, removed) => tell("changed", put.map(({ name }) => name), removed),
      gone: () => tell("gone"),
      failed: (error) => tell("failed", String(error)),
    });
  });
  link?.close();
  return events;
}

const listed = (isLive: boolean) => ({ listed: { entries: 1, omitted: 0, isLive } });

test("a listing and its changes; a stream that ends is opened anew", async () => {
  const asked = answering(
    [{ entries: [["x", "file", 1, 2]] }, listed(true), { changes: [["y", "directory", 0, 0], ["x"]] }],
    new Response("", { status: 503 }),
    [listed(true), { gone: true }],
  );
  expect(await told("a/b c", 7)).toEqual([
    ["begin"],
    ["entries", ["a/b c/x"]],
    ["listed", 1],
    ["changed", ["y"], ["x"]],
    ["begin"],
    ["listed", 1],
    ["gone"],
  ]);
  expect(asked).toEqual(Array(3).fill("/api/folder/a/b%20c"));
});

test("what can't be watched is not asked for again", async () => {
  const asked = answering([listed(false)], [listed(false)]);
  await told("", 2);
  await Bun.sleep(0);
  expect(asked.length).toBe(1);
});

test("a folder that is not there, and one that may not be read", async () => {
  answering(Response.json({ error: { message: "it is away" } }, { status: 404 }));
  expect(await told("x", 1)).toEqual([["gone"]]);
  answering(Response.json({ error: { message: "you may not" } }, { status: 403 }));
  expect(await told("x", 1)).toEqual([["failed", "FileError: you may not"]]);
});
