export function query(args: { dir: string }) {
  return [`${args.dir}/report.log`];
}
