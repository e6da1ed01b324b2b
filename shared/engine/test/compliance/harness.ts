import { expect } from 'vitest';

/** What every suite needs from the world its subject lives in: real I/O or virtual time. */
export interface ComplianceHarness {
  /** Lets the world go on until `condition` holds; throws when it does not in reasonable time. */
  readonly waitFor: (condition: () => boolean) => Promise<void>;
  /** Releases everything. */
  readonly close: () => Promise<void>;
}

/** Makes a fresh world for one test. */
export type HarnessFactory<Harness extends ComplianceHarness> = () => Promise<Harness> | Harness;

/** Lets the world go on until `promise` settles, and passes on its outcome. */
export async function settle<T>(harness: ComplianceHarness, promise: Promise<T>): Promise<T> {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  await harness.waitFor(() => settled);
  return promise;
}

/** `waitFor` for real I/O: looks again after every turn of the event loop. */
export async function waitForReal(condition: () => boolean, timeoutMs = 25_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not true after ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Runs `body` in a fresh world and releases that afterwards. */
export function inWorld<Harness extends ComplianceHarness>(
  createHarness: HarnessFactory<Harness>,
  body: (harness: Harness) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const harness = await createHarness();
    try {
      await body(harness);
    } finally {
      await harness.close();
    }
  };
}

/** Expects `promise` to reject with a typed error of that `code`. */
export async function expectCode(harness: ComplianceHarness, promise: Promise<unknown>, code: string): Promise<void> {
  // Only the code is compared: a failed assertion would print whole bodies and buffers.
  const outcome = promise.then(
    () => 'resolved',
    (error: unknown) => (error as { readonly code?: unknown }).code,
  );
  expect(await settle(harness, outcome)).toBe(code);
}

/** Bytes that tell every position of a large transfer from its neighbours, without a random source. */
export function pattern(length: number, start = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (Math.imul(start + i, 0x9e3779b1) >>> 24) ^ i;
  return bytes;
}

/** Says where two byte sequences differ: -1 when they do not. Much faster than `toEqual` on large ones. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.byteLength !== b.byteLength) return Math.min(a.byteLength, b.byteLength);
  return a.findIndex((byte, index) => byte !== b[index]);
}
