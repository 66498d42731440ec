export function query(args: { ip: string }) {
  return { city: `city of ${args.ip}` };
}
