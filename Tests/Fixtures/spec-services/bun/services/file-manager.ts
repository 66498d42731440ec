import { builtBySnippet } from "../src/surroundings.ts";
import "../snippets/file-manager.ts";

export default builtBySnippet();
