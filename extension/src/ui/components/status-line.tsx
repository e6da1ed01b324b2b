import type { JSX } from 'preact';
import { useStore } from '../state/context.js';
import { describeNetwork } from '../state/sentences.js';

/** How the program stands in the network, at the end of the list. */
export function StatusLine(): JSX.Element | null {
  const status = useStore().status.value;
  if (!status) return null;
  return <footer class="status-line">{describeNetwork(status)}</footer>;
}
