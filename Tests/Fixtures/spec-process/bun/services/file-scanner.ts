export function query(args: { dir: string; extensions: string[] }) {
  return args.extensions.map((extension) => `${args.dir}/a${extension}`);
}
