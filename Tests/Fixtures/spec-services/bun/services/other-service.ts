let asked: unknown[] = [];

export function query(args: unknown) {
  asked = [...asked, args];
  return asked;
}
