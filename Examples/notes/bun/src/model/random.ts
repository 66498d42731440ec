/** Numbers from 0 to 1 that are the same for the same seed: what a test does at random it does again. */
export function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** The text with a piece of it replaced, as someone who types would. */
export function randomEdit(text: string, random: () => number, letter: string): string {
  const from = Math.floor(random() * (text.length + 1));
  const deleted = random() < 0.5 ? 0 : Math.floor(random() * (text.length - from + 1));
  const inserted = letter.repeat(Math.floor(random() * 3));
  return text.slice(0, from) + inserted + text.slice(from + deleted);
}
