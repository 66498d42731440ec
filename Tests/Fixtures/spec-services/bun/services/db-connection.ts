import { builtBySnippet } from "../src/surroundings.ts";
import "../snippets/db-connection.ts";

export default builtBySnippet();
