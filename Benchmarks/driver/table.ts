import { figures, type Row, type Unit } from "./result.ts";

const HEADINGS = ["benchmark", "median", "p99", "spread over runs", "target", ""];

/** The rows of one benchmark as aligned text. */
export function table(title: string, rows: readonly Row[]): string {
  const cells = rows.map(cellsOf);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => (row[column] ?? "").length))
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)).join(
      "  ",
    )
      .trimEnd();
  const notes = rows.flatMap((row) => row.note ? [`  ${row.name}: ${row.note}`] : []);
  return [
    title,
    line(HEADINGS),
    "-".repeat(line(widths.map((width) => "-".repeat(width))).length),
    ...cells.map(line),
    ...notes,
  ]
    .join("\n");
}

function cellsOf(row: Row): string[] {
  const { median, p99, spread, met } = figures(row);
  return [
    row.name,
    withUnit(median, row.unit),
    p99 === undefined ? "" : withUnit(p99, row.unit),
    row.runs.length > 1 ? `${digits(spread[0])} – ${digits(spread[1])}` : "",
    row.target ? `${row.target.wanted === "at most" ? "≤" : "≥"} ${withUnit(row.target.limit, row.unit)}` : "",
    met === undefined ? "" : met ? "met" : "MISSED",
  ];
}

function withUnit(value: number, unit: Unit): string {
  return `${digits(value)} ${unit}`;
}

/** Three significant digits, and whole numbers above that. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(magnitude >= 10 ? 1 : 2);
}
