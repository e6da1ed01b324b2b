import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Ports of peers stand below the kernel's ephemeral range, so that no outgoing connection takes one in the meantime. */
const LOWEST_PORT = 12_000;
const HIGHEST_PORT = 31_999;
const ATTEMPTS = 50;

const given = new Set<number>();

/** A TCP port on loopback that nobody listens on and that this process has not given out before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port in ${LOWEST_PORT}-${HIGHEST_PORT}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
