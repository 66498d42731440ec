/** Which rows of a long list are in the document: those that are seen, and a few around them. */
export interface RowWindow {
  first: number;
  /** Behind the last one. */
  end: number;
}

const AROUND = 8;

export function rowsSeen(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - AROUND);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + AROUND);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that a row is seen as a whole: as little as possible. */
export function scrollTo(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
  if (top < scrollTop) return top;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}
