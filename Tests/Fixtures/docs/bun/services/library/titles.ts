export function titleOf(count: number): string {
  return `Book ${count}`;
}
