import type { BuildError, PluginProblem, SourceBuild } from "../sdk/protocol.ts";

/** One thing that is wrong, as the overlay shows it. */
export interface Problem {
  title: string;
  /** Which part of the app: a component's name, or empty. */
  subject: string;
  details: ProblemDetail[];
  /** What can be done about it from here. */
  button?: ProblemButton;
}

export interface ProblemButton {
  label: string;
  press: () => void;
}

export interface ProblemDetail {
  message: string;
  /** `file:line:column`, as far as known. */
  place?: string;
  /** The source line, and where in it the problem is, from 0. */
  source?: { text: string; column: number };
  stack?: string;
}

/** Complaints of one build that are shown; more are only counted. */
const MAX_DETAILS = 20;
const MAX_SOURCE = 400;

export function buildProblem(component: string, errors: readonly BuildError[]): Problem {
  return { title: "Build failed", subject: component, details: toDetails(errors, "The bundler gave no reason.") };
}

/** What the Swift compiler says of a module; of the app's sources as a whole where it has no name. */
export function compilerProblem({ module, errors }: SourceBuild): Problem {
  return { title: "Swift build failed", subject: module, details: toDetails(errors, "The compiler gave no reason.") };
}

/** A plugin whose library is not in service as it lies there. `retry` asks for another try, where that is possible. */
export function pluginProblem(plugin: PluginProblem, retry: () => void): Problem {
  const details: ProblemDetail[] = [{ place: plugin.file, message: plugin.message }];
  if (plugin.olderInService) details.push({ message: "The older version stays in service." });
  const problem: Problem = { title: "Plugin not loaded", subject: plugin.name, details };
  if (plugin.canRetry) problem.button = { label: "Try again", press: retry };
  return problem;
}

function toDetails(errors: readonly BuildError[], none: string): ProblemDetail[] {
  const details = errors.slice(0, MAX_DETAILS).map(toDetail);
  if (errors.length > MAX_DETAILS) details.push({ message: `… and ${errors.length - MAX_DETAILS} more` });
  return details.length > 0 ? details : [{ message: none }];
}

export function errorProblem(title: string, subject: string, message: string, stack?: string): Problem {
  return { title, subject, details: [{ message, stack }] };
}

/** A problem as text, for the clipboard. */
export function problemText(problem: Problem): string {
  const head = problem.subject ? `${problem.title}: ${problem.subject}` : problem.title;
  const body = problem.details.map((detail) =>
    [detail.place, detail.message, detail.source && pointer(detail.source), detail.stack].filter(Boolean).join("\n")
  );
  return [head, ...body].join("\n\n");
}

/** The source line with a mark below the column. */
export function pointer({ text, column }: { text: string; column: number }): string {
  // Tabs stay tabs, so that the mark is below its character however wide they are.
  return `${text}\n${text.slice(0, column).replace(/[^\t]/g, " ")}^`;
}

function toDetail({ message, file, line, column, lineText, mark }: BuildError): ProblemDetail {
  const detail: ProblemDetail = { message: String(message ?? "unknown error") };
  if (file) detail.place = [file, line, line ? column : undefined].filter(Boolean).join(":");
  if (typeof lineText === "string" && lineText !== "") {
    detail.source = { text: lineText.slice(0, MAX_SOURCE), column: mark ?? Math.max(0, (column || 1) - 1) };
  }
  return detail;
}
