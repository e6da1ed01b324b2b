import type { Endpoint } from '../interfaces/socket.js';
import {
  encodeKrpcError,
  encodeKrpcReply,
  KRPC_METHOD_UNKNOWN,
  KRPC_PROTOCOL_ERROR,
  MAX_KRPC_SENT_BYTES,
  type KrpcQuery,
  type KrpcQueryBody,
  type KrpcReplyFields,
} from '../protocol/krpc.js';
import type { IpFamily, NodeInfo } from '../protocol/node-info.js';
import { SAMPLE_INTERVAL_SECONDS } from './limits.js';
import type { PeerStore } from './peer-store.js';
import type { TokenStore } from './token-store.js';

/** Bytes that one peer takes in a list: its length prefix, address and port. */
const LISTED_PEER_BYTES = { 4: 8, 6: 21 } as const;
/** `6:valuesl` and `e`. */
const LIST_BYTES = 10;

/** Answers the queries of others (BEP 5, 32, 33, 51). */
export class Responder {
  readonly #options: ResponderOptions;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** The datagram to send back, of at most 1024 bytes. */
  answer(query: KrpcQuery, from: Endpoint): Uint8Array {
    const { body, transactionId } = query;
    switch (body.method) {
      case 'ping':
        return this.#reply(query, from, {});
      case 'find_node':
        return this.#reply(query, from, this.#nodes(body.target, body.want));
      case 'get_peers':
        return this.#peers(query, from, body);
      case 'announce_peer':
        return this.#announce(query, from, body);
      case 'sample_infohashes':
        return this.#sample(query, from, body);
      case 'malformed':
        return encodeKrpcError({ transactionId, code: KRPC_PROTOCOL_ERROR, text: body.reason });
      case 'unknown':
        // A later extension can still walk through us when it names its target as all methods do.
        if (body.target) return this.#reply(query, from, this.#nodes(body.target, undefined));
        return encodeKrpcError({ transactionId, code: KRPC_METHOD_UNKNOWN, text: 'method unknown' });
    }
  }

  #peers(query: KrpcQuery, from: Endpoint, body: KrpcQueryBody & { method: 'get_peers' }): Uint8Array {
    const { peers, tokens, family } = this.#options;
    const filters = body.scrape ? peers.filters(body.infoHash) : undefined;
    const fields = {
      ...this.#nodes(body.infoHash, filters ? undefined : body.want),
      token: tokens.issue(from.host, body.infoHash),
      seedFilter: filters?.seeds,
      peerFilter: filters?.peers,
    };
    const reply = this.#reply(query, from, fields);
    const room = Math.floor((MAX_KRPC_SENT_BYTES - reply.length - LIST_BYTES) / LISTED_PEER_BYTES[family]);
    const values = peers.pick(body.infoHash, Math.max(0, room), { noSeeds: body.noSeeds === true });
    return values.length === 0 ? reply : this.#reply(query, from, { ...fields, values });
  }

  #announce(query: KrpcQuery, from: Endpoint, body: KrpcQueryBody & { method: 'announce_peer' }): Uint8Array {
    const { tokens, peers } = this.#options;
    const { transactionId } = query;
    if (!tokens.isValid(body.token, from.host, body.infoHash)) {
      return encodeKrpcError({ transactionId, code: KRPC_PROTOCOL_ERROR, text: 'bad token' });
    }
    const endpoint = { host: from.host, port: body.impliedPort ? from.port : body.port };
    peers.add(body.infoHash, { endpoint, identity: this.#options.identityOf(endpoint), isSeed: body.isSeed === true });
    return this.#reply(query, from, {});
  }

  #sample(query: KrpcQuery, from: Endpoint, body: KrpcQueryBody & { method: 'sample_infohashes' }): Uint8Array {
    const { peers } = this.#options;
    return encodeKrpcReply({
      transactionId: query.transactionId,
      to: from,
      fields: { id: this.#options.ownId(), ...this.#nodes(body.target, undefined) },
      samples: { infoHashes: peers.sample(), total: peers.torrentCount, intervalSeconds: SAMPLE_INTERVAL_SECONDS },
    });
  }

  #nodes(target: Uint8Array, want: readonly IpFamily[] | undefined): Pick<KrpcReplyFields, 'nodes' | 'nodes6'> {
    const { family } = this.#options;
    const isWanted = (wanted: IpFamily) => (want && want.length > 0 ? want.includes(wanted) : wanted === family);
    return {
      nodes: isWanted(4) ? this.#options.closest(target, 4) : undefined,
      nodes6: isWanted(6) ? this.#options.closest(target, 6) : undefined,
    };
  }

  #reply(query: KrpcQuery, to: Endpoint, fields: Omit<KrpcReplyFields, 'id'>): Uint8Array {
    const { transactionId } = query;
    return encodeKrpcReply({ transactionId, to, fields: { id: this.#options.ownId(), ...fields } });
  }
}

interface ResponderOptions {
  readonly family: IpFamily;
  readonly tokens: TokenStore;
  readonly peers: PeerStore;
  ownId(): Uint8Array;
  /** At most 8 good nodes of that family's table. */
  closest(target: Uint8Array, family: IpFamily): readonly NodeInfo[];
  /** What counts as one peer. */
  identityOf(endpoint: Endpoint): string;
}
