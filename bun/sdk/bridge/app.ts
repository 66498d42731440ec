import { invoke } from "./calls.ts";

/** Names that `app.getPath` knows. */
export type AppPathName =
  | "userData"
  | "documents"
  | "downloads"
  | "desktop"
  | "temp"
  | "appRoot"
  | (string & Record<never, never>);

/** The application. */
export const app = {
  /** An absolute path. Rejects with `BAD_REQUEST` for a name that the host does not know. */
  getPath: (name: AppPathName): Promise<string> => invoke("app:getPath", { name }),
  /** All paths by name. */
  paths: (): Promise<Record<string, string>> => invoke("app:paths"),
  getName: (): Promise<string> => invoke("app:getName"),
  getVersion: (): Promise<string> => invoke("app:getVersion"),
  /** Ends the app: services stop, windows close. */
  quit: (): Promise<void> => invoke("app:quit"),
};
