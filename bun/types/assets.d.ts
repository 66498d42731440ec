/** Stylesheets that the bundler puts into the program as text. */
declare module "*.css" {
  const text: string;
  export default text;
}
