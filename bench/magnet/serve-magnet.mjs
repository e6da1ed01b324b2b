import { serveLines } from '../../shared/engine/test/interop/peers/serve-lines.mjs';

/**
 * The JSON lines of a contestant on Node: `{ id, op: 'start' }` is answered once it is ready, `{ id, op: 'add', magnet, dir }` with the
 * seconds from there to the metadata and to the first verified piece. `add` is told whom to call at each.
 */
export function serveMagnet({ start, add }) {
  serveLines({
    start,
    add: ({ magnet, dir }) =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now();
        const since = () => (performance.now() - startedAt) / 1000;
        let metadataSeconds;
        add(magnet, dir, {
          onMetadata: () => (metadataSeconds = since()),
          onPiece: () => resolve({ metadataSeconds, pieceSeconds: since() }),
          onError: reject,
        });
      }),
  });
}
