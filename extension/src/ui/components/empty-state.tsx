import type { JSX } from 'preact';
import { Icon } from './icon.js';

export function EmptyState(): JSX.Element {
  return (
    <div class="empty">
      <Icon name="magnet" />
      <h2>Nothing here yet</h2>
      <p>Paste a magnet link above, drop a .torrent file on this page, or click a magnet link on any web page.</p>
    </div>
  );
}
