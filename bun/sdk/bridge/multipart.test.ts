import { expect, test } from "bun:test";
import { multipart } from "./multipart.ts";

const read = async (form: FormData) => {
  const { type, body } = await multipart(form);
  return {
    text: new TextDecoder().decode(body),
    form: await new Response(body, { headers: { "Content-Type": type } }).formData(),
  };
};

test("texts and files arrive as they were, in their order, several of one name too", async () => {
  const form = new FormData();
  form.append("word", "ä");
  form.append("word", "two");
  form.append("file", new File([new Uint8Array([0, 255, 13, 10, 45, 45])], "a b.bin", { type: "image/png" }));
  form.append("empty", "");
  const { form: back, text } = await read(form);
  expect([...back.keys()]).toEqual(["word", "word", "file", "empty"]);
  expect(back.getAll("word")).toEqual(["ä", "two"]);
  const file = back.get("file") as File;
  expect(file.name).toBe("a b.bin");
  expect(text).toContain('filename="a b.bin"\r\nContent-Type: image/png\r\n\r\n');
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 255, 13, 10, 45, 45]);
});

test("names can't break out of their line, and line breaks are those of the standard", async () => {
  const form = new FormData();
  form.append('a"\r\nX-Evil: 1', "one\ntwo\rthree\r\nfour");
  form.append("f", new Blob(["x"]), 'n"\n.txt');
  const { text } = await read(form);
  expect(text).toContain('name="a%22%0D%0AX-Evil: 1"\r\n\r\none\r\ntwo\r\nthree\r\nfour\r\n');
  expect(text).toContain('filename="n%22%0A.txt"\r\nContent-Type: application/octet-stream\r\n');
  expect(text).not.toMatch(/^X-Evil/m);
});

test("an empty form has its end alone", async () => {
  expect((await read(new FormData())).text).toMatch(/^------keystone-[^\r]+--\r\n$/);
});
