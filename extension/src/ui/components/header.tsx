import type { ComponentChildren, JSX } from 'preact';
import { useStore } from '../state/context.js';
import { Brand } from './brand.js';
import { Rate } from './rates.js';

/** The name of the program and how fast everything together is. */
export function Header({ children }: { readonly children?: ComponentChildren }): JSX.Element {
  const client = useStore().status.value?.client;
  return (
    <header class="header">
      <Brand>JSTorrent</Brand>
      {client && (
        <div class="totals">
          <Rate direction="down" bytesPerSecond={client.downloadRate} />
          <Rate direction="up" bytesPerSecond={client.uploadRate} />
        </div>
      )}
      {children}
    </header>
  );
}
