import { createInterface } from 'node:readline';

/** Answers JSON lines on stdin, `{ id, op, ...args }`, by `{ id, result | error }` on stdout, until stdin ends. */
export function serveLines(operations) {
  createInterface(process.stdin)
    .on('line', async (line) => {
      const { id, op, ...args } = JSON.parse(line);
      let reply;
      try {
        reply = { id, result: (await operations[op](args)) ?? null };
      } catch (error) {
        reply = { id, error: String(error) };
      }
      process.stdout.write(`${JSON.stringify(reply)}\n`);
    })
    .on('close', () => process.exit());
}
