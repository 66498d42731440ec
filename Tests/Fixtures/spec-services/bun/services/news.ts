import "../src/surroundings.ts";
export { default } from "../snippets/news.ts";
