import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { NetworkPolicy } from './network-policy.js';

/** Announces for one UDP tracker (BEP 15). */
export interface UdpAnnounces {
  /** IP literal or name. */
  readonly host: string;
  readonly port: number;
  /** Of the addresses that a name has, only those of IPv4 or of IPv6. */
  readonly family: 4 | 6 | undefined;
  /** For the network policy. */
  readonly isAnnounce: boolean;
  /** Announce requests whose connection id and transaction id are still to be filled in. */
  readonly datagrams: readonly Uint8Array[];
}

/** Not BEP 15's 15 s: there is no time to wait for those that answer late. */
const RESEND_AFTER_MS = 400;
const PROTOCOL_ID = 0x41727101980n;
/** `connection id (8) | action (4) | transaction id (4)` of a request. */
const ACTION_OFFSET = 8;
const TRANSACTION_OFFSET = 12;
const HEADER_BYTES = 16;
/** `action (4) | transaction id (4)` of a reply. */
const REPLY_HEADER_BYTES = 8;
const ACTION_ERROR = 3;

/** So many datagrams leave together, and then a little later the next: no buffer on their way takes thousands. */
const BURST = 100;
const BURST_INTERVAL_MS = 10;

/**
 * Asks a tracker for a connection id and sends it the announces with that, under the network policy. Resolves when each was answered or
 * has failed; rejects when it does not come to that.
 */
export async function announceByUdp(tracker: UdpAnnounces, policy: NetworkPolicy, signal: AbortSignal): Promise<void> {
  const { host, port, datagrams } = tracker;
  const [target] = await policy.resolve(host, tracker);
  signal.throwIfAborted();
  const socket = createSocket(target?.family === 6 ? 'udp6' : 'udp4');
  const giveUp = () => socket.emit('error', new Error('No answer in time'));
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    socket.connect(port, target?.address);
    await once(socket, 'connect');
    const transactions = new Transactions(socket);
    const connected = await transactions.request(connectRequest());
    const connectionId = connected.subarray(REPLY_HEADER_BYTES, HEADER_BYTES);
    const announces = datagrams.map(async (datagram, index) => {
      await setTimeout(Math.floor(index / BURST) * BURST_INTERVAL_MS, undefined, { signal });
      await transactions.request(Buffer.concat([connectionId, datagram.subarray(ACTION_OFFSET)]));
    });
    await Promise.allSettled(announces);
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.close();
  }
}

function connectRequest(): Buffer {
  const request = Buffer.alloc(HEADER_BYTES);
  request.writeBigUInt64BE(PROTOCOL_ID);
  return request;
}

interface Pending {
  readonly action: number;
  readonly resolve: (reply: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** Requests on one connected socket, and their replies. An error of the socket ends all of them. */
class Transactions {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (reply) => this.#receive(reply));
    socket.on('error', (error) => {
      for (const { reject } of this.#pending.values()) reject(error);
    });
  }

  /** Sends `request`, with a transaction id of its own in it, until its reply is here. */
  async request(request: Buffer): Promise<Buffer> {
    const transactionId = randomInt(2 ** 32);
    request.writeUInt32BE(transactionId, TRANSACTION_OFFSET);
    const action = request.readUInt32BE(ACTION_OFFSET);
    const resend = setInterval(() => this.#socket.send(request), RESEND_AFTER_MS);
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        this.#pending.set(transactionId, { action, resolve, reject });
        this.#socket.send(request);
      });
    } finally {
      clearInterval(resend);
      this.#pending.delete(transactionId);
    }
  }

  #receive(reply: Buffer): void {
    if (reply.length < REPLY_HEADER_BYTES) return;
    const pending = this.#pending.get(reply.readUInt32BE(4));
    const action = reply.readUInt32BE(0);
    if (action === pending?.action && reply.length >= HEADER_BYTES) pending.resolve(reply);
    else if (action === ACTION_ERROR) pending?.reject(new Error(reply.toString('utf8', REPLY_HEADER_BYTES)));
  }
}
