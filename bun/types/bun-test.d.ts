/** The part of Bun's test runner that the tests of this project use: `deno check` has no package to read it from. */

type TestBody = () => void | Promise<unknown>;

interface TestFunction {
  (name: string, body: TestBody, timeout?: number): void;
  skipIf(condition: boolean): TestFunction;
  each<T>(cases: readonly T[]): (name: string, body: (value: T) => void | Promise<unknown>, timeout?: number) => void;
}

interface Matchers {
  not: Matchers;
  resolves: AsyncMatchers;
  rejects: AsyncMatchers;
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toStrictEqual(expected: unknown): void;
  toMatchObject(expected: object): void;
  toBeDefined(): void;
  toBeUndefined(): void;
  toBeNull(): void;
  toBeTrue(): void;
  toBeFalse(): void;
  toBeTruthy(): void;
  toBeFalsy(): void;
  toBeInstanceOf(expected: unknown): void;
  toBeGreaterThan(expected: number): void;
  toBeGreaterThanOrEqual(expected: number): void;
  toBeLessThan(expected: number): void;
  toBeLessThanOrEqual(expected: number): void;
  toContain(expected: unknown): void;
  toStartWith(expected: string): void;
  toEndWith(expected: string): void;
  toContainEqual(expected: unknown): void;
  toHaveLength(expected: number): void;
  toHaveProperty(path: string, value?: unknown): void;
  toMatch(expected: string | RegExp): void;
  toThrow(expected?: string | RegExp | (new (...args: never[]) => Error)): void;
}

type AsyncMatchers =
  & {
    [Name in Exclude<keyof Matchers, "not" | "resolves" | "rejects">]: (
      ...args: Parameters<Matchers[Name]>
    ) => Promise<void>;
  }
  & {
    not: AsyncMatchers;
  };

interface Expect {
  (actual: unknown): Matchers;
  objectContaining(expected: object): unknown;
  arrayContaining(expected: readonly unknown[]): unknown;
  stringContaining(expected: string): unknown;
  stringMatching(expected: string | RegExp): unknown;
  any(type: unknown): unknown;
  anything(): unknown;
}

export const test: TestFunction;
export const it: TestFunction;
export const expect: Expect;
export const describe: ((name: string, body: () => void) => void) & {
  skipIf(condition: boolean): (name: string, body: () => void) => void;
};
export function beforeAll(body: TestBody): void;
export function beforeEach(body: TestBody): void;
export function afterAll(body: TestBody): void;
export function afterEach(body: TestBody): void;
