import { Dht, type DhtOptions } from '../../src/dht/dht.js';
import type { DatagramTarget, Endpoint } from '../../src/interfaces/socket.js';
import { parseKrpc } from '../../src/protocol/krpc-parser.js';
import {
  encodeKrpcQuery,
  encodeKrpcReply,
  type KrpcMessage,
  type KrpcQuery,
  type KrpcQueryBody,
  type KrpcReplyFields,
} from '../../src/protocol/krpc.js';
import { MemoryHasher, SeededRandom, SilentLogger, VirtualClock } from '../mocks/index.js';

interface Sent {
  readonly to: DatagramTarget;
  readonly data: Uint8Array;
  readonly message: KrpcMessage;
}

/** A DHT whose network is the test: it reads what is sent, and says what the others say. */
export class LoneDht {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(1);
  readonly sent: Sent[] = [];
  readonly dht: Dht;

  constructor(options: Partial<DhtOptions> = {}) {
    this.dht = new Dht({
      socket: { send: (data, to) => void this.sent.push({ to, data, message: parseKrpc(data) }) },
      clock: this.clock,
      random: this.random,
      hasher: new MemoryHasher(),
      logger: new SilentLogger(),
      addresses: { allows: () => true, identity: ({ host }) => host },
      bootstrap: [],
      ...options,
    });
  }

  /** Sends it a query; returns its answer, if it answers at once. */
  ask(body: KrpcQueryBody, from: Endpoint, options: { id?: Uint8Array; isReadOnly?: boolean } = {}): Sent | undefined {
    const transactionId = this.random.bytes(2);
    const before = this.sent.length;
    const query = {
      transactionId,
      id: options.id ?? this.random.bytes(20),
      isReadOnly: options.isReadOnly ?? false,
      body,
    };
    this.dht.receive(encodeKrpcQuery(query), from);
    return this.sent.slice(before).find(({ message }) => message.type !== 'query');
  }

  /** Queries sent to an address so far. */
  queriesTo(host: string): KrpcQuery[] {
    return this.sent.flatMap(({ to, message }) => (to.host === host && message.type === 'query' ? [message] : []));
  }

  /** Answers a query as the node at `from`. */
  reply(
    query: KrpcQuery,
    from: Endpoint,
    fields: KrpcReplyFields,
    to: Endpoint = { host: '192.0.2.200', port: 1 },
  ): void {
    this.dht.receive(encodeKrpcReply({ transactionId: query.transactionId, to, fields }), from);
  }

  /** Makes it know a node: named, pinged, answered. */
  introduce(endpoint: Endpoint, id: Uint8Array = this.random.bytes(20)): void {
    this.dht.addNode(endpoint);
    const ping = this.queriesTo(endpoint.host).at(-1);
    if (!ping) throw new Error(`${endpoint.host} was not asked`);
    this.reply(ping, endpoint, { id });
  }
}
