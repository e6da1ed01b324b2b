import { createInterface } from 'node:readline';

/**
 * The JSON lines of a contestant on Node: `{ id, op: 'start' }` is answered once it is ready, `{ id, op: 'add', magnet, dir }` with the
 * seconds from there to the metadata and to the first verified piece. `add` is told whom to call at each.
 */
export function serveMagnet({ start, add }) {
  const operations = {
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
  };
  createInterface(process.stdin)
    .on('line', (line) => {
      const { id, op, ...args } = JSON.parse(line);
      const answer = (reply) => process.stdout.write(`${JSON.stringify({ id, ...reply })}\n`);
      operations[op](args).then(
        (result) => answer({ result: result ?? null }),
        (error) => answer({ error: String(error) }),
      );
    })
    .on('close', () => process.exit());
}
