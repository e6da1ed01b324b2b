import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const TICK_MS = 1000;

/** The time in milliseconds since 1970, each second anew; for what counts down. */
export function useNow(): ReadonlySignal<number> {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') now.value = Date.now();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [now]);
  return now;
}
