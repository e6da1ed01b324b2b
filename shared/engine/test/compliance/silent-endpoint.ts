import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Endpoint } from '../../src/interfaces/socket.js';

/** The listener's thread sleeps for ever, so nobody accepts. */
const LISTENER = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
/** More than any system takes into a backlog of 1. */
const FILLERS = 8;

export interface SilentEndpoint extends Endpoint {
  close(): Promise<void>;
}

/** A real loopback port that does not answer: its queue of connections is full and never emptied. */
export async function openSilentEndpoint(): Promise<SilentEndpoint> {
  const worker = new Worker(LISTENER, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const fillers = Array.from({ length: FILLERS }, () =>
    connect({ port, host: '127.0.0.1' }).on('error', () => undefined),
  );
  // All of them have knocked by the time the first one hears that it got in.
  await new Promise<void>((resolve) => fillers[0]?.once('connect', resolve));
  return {
    host: '127.0.0.1',
    port,
    close: async () => {
      for (const socket of fillers) socket.destroy();
      await worker.terminate();
    },
  };
}
