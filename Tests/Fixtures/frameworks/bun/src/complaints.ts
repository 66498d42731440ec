/** For the tests: what a library says on the console is a complaint. */
const page = window as unknown as { complaints: string[] };
if (!page.complaints) {
  page.complaints = [];
  for (const level of ["error", "warn"] as const) {
    const original = console[level];
    console[level] = (...values: unknown[]) => {
      page.complaints.push(values.map(String).join(" "));
      original(...values);
    };
  }
}
