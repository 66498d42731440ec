// KEYSTONE_TEST_CONFIG chooses the snippet.
import "./src/surroundings.ts";
import allowlist from "./snippets/allowlist.ts";
import lockedDown from "./snippets/locked-down.ts";

export default process.env.KEYSTONE_TEST_CONFIG === "allowlist" ? allowlist : lockedDown;
