import { ipc, KeystoneError } from "@keystone/sdk/bridge";

/** The digest of a file that the user chose, whatever its size. */
export async function checksum(file: Blob): Promise<string> {
  const stream = ipc.stream.open("checksum", { name: "upload" });
  await file.stream().pipeTo(stream.writable);
  return await new Response(stream.readable).text();
}

export async function misspelt(): Promise<string> {
  const stream = ipc.stream.open("checksums");
  try {
    await stream.opened;
    return "there is such a channel";
  } catch (error) {
    return error instanceof KeystoneError ? error.code : "not ours";
  }
}
