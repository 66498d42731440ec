/** The part of Bun's SQLite module that this project uses: `deno check` has no package to read it from. */

type Binding = string | number | bigint | boolean | null | Uint8Array;

export interface Statement<Row = unknown, Params extends Binding[] = Binding[]> {
  get(...params: Params): Row | null;
  all(...params: Params): Row[];
  values(...params: Params): unknown[][];
  run(...params: Params): { changes: number; lastInsertRowid: number | bigint };
  finalize(): void;
}

export interface DatabaseOptions {
  create?: boolean;
  readonly?: boolean;
  readwrite?: boolean;
  strict?: boolean;
}

export class Database {
  constructor(filename?: string, options?: DatabaseOptions);
  readonly filename: string;
  exec(sql: string): void;
  run(sql: string, ...params: Binding[]): { changes: number; lastInsertRowid: number | bigint };
  query<Row = unknown, Params extends Binding[] = Binding[]>(sql: string): Statement<Row, Params>;
  prepare<Row = unknown, Params extends Binding[] = Binding[]>(sql: string): Statement<Row, Params>;
  transaction<Args extends unknown[], Result>(body: (...args: Args) => Result): (...args: Args) => Result;
  close(throwOnError?: boolean): void;
}
