/**
 * Runs `operation` with a signal that is aborted, for the same reason, as soon as one of `signals` is. When the operation is over nothing
 * of it is left on them. (`AbortSignal.any` leaves something on each in Node, for good, which adds up where one of them lives for months.)
 */
export async function withAnySignal<T>(
  signals: readonly (AbortSignal | undefined)[],
  operation: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const sources = signals.filter((signal) => signal !== undefined);
  const controller = new AbortController();
  const abort = (): void => {
    const aborted = sources.find((source) => source.aborted);
    if (aborted) controller.abort(aborted.reason);
  };
  for (const source of sources) source.addEventListener('abort', abort, { once: true });
  abort();
  try {
    return await operation(controller.signal);
  } finally {
    for (const source of sources) source.removeEventListener('abort', abort);
  }
}
