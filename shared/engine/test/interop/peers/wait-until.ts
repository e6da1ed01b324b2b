import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

export interface WaitOptions {
  readonly timeoutMs: number;
  /** What is waited for, for the message of the error. */
  readonly what: string;
  /** More to say in that message, asked for only then. */
  readonly details?: () => string;
}

/** Polls `probe` until it answers something else than undefined or false. An error of the probe counts as "not yet". */
export async function waitUntil<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs, what, details }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) {
      const more = details?.() ?? '';
      throw new Error(`${what}: not within ${timeoutMs / 1000} s${more ? `\n${more}` : ''}`, { cause: lastError });
    }
    await delay(POLL_MS);
  }
}
