import { query } from "@keystone/sdk/bridge";

const files = await query("file-scanner", { dir: "/tmp", extensions: [".log"] });
