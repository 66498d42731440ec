const paths = await query("paths");
// {
//   appRoot: "/path/to/app/bun",
//   userData: "~/.keystone/<app-id>",
//   documents: "~/Documents",
//   downloads: "~/Downloads",
//   desktop: "~/Desktop",
//   temp: "/tmp"
// }
