import type { Endpoint, IUdpSocket } from '../../src/interfaces/socket.js';
import type { SeededRandom } from '../mocks/seeded-random.js';
import type { VirtualClock } from '../mocks/virtual-clock.js';
import type { VirtualHost } from '../mocks/virtual-host.js';

/** A request as the tracker read it. */
export interface ReceivedRequest {
  readonly action: 'connect' | 'announce' | 'scrape';
  readonly at: number;
  readonly from: Endpoint;
  /** From the transaction id on. */
  readonly body: DataView;
  readonly bytes: Uint8Array;
}

/** What the tracker does instead of answering; undefined lets it answer. May send by itself. */
export type Interference = (request: ReceivedRequest, reply: (bytes: Uint8Array) => void) => 'ignore' | undefined;

const PROTOCOL_ID = 0x41727101980n;
const ID_LIFE_MS = 120_000;
const ACTIONS = ['connect', 'announce', 'scrape'] as const;

/** A UDP tracker on the virtual network, written after BEP 15 alone: it knows who was given which connection id, and when. */
export class VirtualUdpTracker {
  readonly requests: ReceivedRequest[] = [];
  /** Compact peers of every announce reply by IPv4. */
  peers: Uint8Array = new Uint8Array();
  /** Those by IPv6. */
  peers6: Uint8Array = new Uint8Array();
  intervalSeconds = 1800;
  seeds = 3;
  leechers = 4;
  downloads = 5;
  interfere: Interference = () => undefined;
  readonly #ids = new Map<bigint, number>();
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #socket: IUdpSocket;

  private constructor(socket: IUdpSocket, options: { readonly clock: VirtualClock; readonly random: SeededRandom }) {
    this.#socket = socket;
    this.#clock = options.clock;
    this.#random = options.random;
    socket.setHandlers({ onMessage: (data, from) => this.#receive(data.slice(), from), onClose: () => undefined });
  }

  static async start(
    host: VirtualHost,
    options: { readonly clock: VirtualClock; readonly random: SeededRandom; readonly port: number },
  ): Promise<VirtualUdpTracker> {
    return new VirtualUdpTracker(await host.bindUdp({ port: options.port }), options);
  }

  /** `connect announce ...`, since the last look. */
  taken(): string[] {
    return this.requests.splice(0).map(({ action }) => action);
  }

  /** As after a restart: no connection id is known any more. */
  forgetConnections(): void {
    this.#ids.clear();
  }

  #receive(bytes: Uint8Array, from: Endpoint): void {
    const view = new DataView(bytes.buffer);
    if (bytes.length < 16) return;
    const action = ACTIONS[view.getUint32(8)];
    if (!action) return;
    const request: ReceivedRequest = {
      action,
      at: this.#clock.now(),
      from,
      body: new DataView(bytes.buffer, 12),
      bytes,
    };
    this.requests.push(request);
    const reply = (answer: Uint8Array) => this.#socket.send(answer, from);
    if (this.interfere(request, reply) === 'ignore') return;
    const transactionId = view.getUint32(12);
    if (action === 'connect') {
      if (view.getBigUint64(0) === PROTOCOL_ID) reply(this.#connect(transactionId));
    } else if ((this.#ids.get(view.getBigUint64(0)) ?? -Infinity) + ID_LIFE_MS < this.#clock.now()) {
      reply(errorReply(transactionId, 'Connection ID mismatch'));
    } else {
      reply(action === 'announce' ? this.#announce(transactionId, from) : this.#scrape(transactionId));
    }
  }

  #connect(transactionId: number): Uint8Array {
    const id = new DataView(this.#random.bytes(8).slice().buffer).getBigUint64(0);
    this.#ids.set(id, this.#clock.now());
    const view = new DataView(new ArrayBuffer(16));
    view.setUint32(4, transactionId);
    view.setBigUint64(8, id);
    return new Uint8Array(view.buffer);
  }

  #announce(transactionId: number, { host }: Endpoint): Uint8Array {
    const head = words([1, transactionId, this.intervalSeconds, this.leechers, this.seeds]);
    return Uint8Array.of(...head, ...(host.includes(':') ? this.peers6 : this.peers));
  }

  #scrape(transactionId: number): Uint8Array {
    return words([2, transactionId, this.seeds, this.downloads, this.leechers]);
  }
}

/** 32-bit integers, big-endian. */
export function words(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => view.setInt32(index * 4, value));
  return new Uint8Array(view.buffer);
}

export function errorReply(transactionId: number, text: string): Uint8Array {
  return Uint8Array.of(...words([3, transactionId]), ...new TextEncoder().encode(text));
}
