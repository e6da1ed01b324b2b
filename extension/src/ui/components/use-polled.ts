import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Method, Params, Result } from '../../rpc/types.js';
import { useStore } from '../state/context.js';

const INTERVAL_MS = 1000;

/** The answer to a request, asked each second anew while the page is seen; undefined before the first. Failures keep the last one. */
export function usePolled<M extends Method>(method: M, params: Params<M>): ReadonlySignal<Result<M> | undefined> {
  const { rpc } = useStore();
  const answer = useSignal<Result<M> | undefined>(undefined);
  const key = JSON.stringify(params);
  useEffect(() => {
    let isOver = false;
    let isAsking = false;
    const ask = async (): Promise<void> => {
      if (isAsking || document.visibilityState !== 'visible') return;
      isAsking = true;
      const result = await rpc.request(method, JSON.parse(key) as Params<M>).catch(() => undefined);
      isAsking = false;
      if (!isOver && result !== undefined) answer.value = result;
    };
    answer.value = undefined;
    void ask();
    const timer = setInterval(() => void ask(), INTERVAL_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [rpc, answer, method, key]);
  return answer;
}
