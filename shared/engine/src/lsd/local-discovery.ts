import { scopeOf } from '../core/address-policy.js';
import type { DiscoveryContext, PeerDiscovery, PeerSearching, SoughtTorrent } from '../core/peer-discovery.js';
import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint, ISocketFactory } from '../interfaces/socket.js';
import { MAX_ANNOUNCED_TORRENTS } from '../protocol/limits.js';
import { encodeLocalAnnounce, LSD_GROUP_IPV4, LSD_GROUP_IPV6, parseLocalAnnounce } from '../protocol/lsd.js';
import { familyOf } from '../protocol/node-info.js';
import { toHex } from '../utils/bytes.js';
import { GroupSocket } from './group-socket.js';

/** Between two announces of one torrent (BEP 14). */
const TORRENT_INTERVAL_MS = 5 * 60_000;
/** Between two announces of whatever torrents: no storms on large networks (BEP 14). */
const ANNOUNCE_INTERVAL_MS = 60_000;
/** Torrents that start one after the other share an announce. */
const GATHERING_MS = 1_000;
const COOKIE_BYTES = 4;

/** What local discovery needs of its host. */
interface LocalDiscoveryHost {
  readonly sockets: ISocketFactory;
  readonly clock: IClock;
  readonly random: IRandom;
  readonly logger: ILogger;
}

/** What local discovery must know of the client. */
type LocalContext = Pick<DiscoveryContext, 'listenPort' | 'settings'>;

interface Sought {
  readonly torrent: SoughtTorrent;
  dueAt: number;
}

/** Makes the client's {@link LocalDiscovery}. */
export function localDiscovery(host: LocalDiscoveryHost): (context: LocalContext) => PeerDiscovery {
  return (context) => new LocalDiscovery(host, context);
}

/**
 * Finds peers on the LAN by multicast (BEP 14), for all torrents of a client, in IPv4 and IPv6. It holds its port only while a torrent
 * looks for peers. Announces are not answered: who hears one dials the announcer, so both know each other then.
 */
class LocalDiscovery implements PeerDiscovery {
  readonly source = 'lsd';
  readonly #host: LocalDiscoveryHost;
  readonly #context: LocalContext;
  readonly #cookie: string;
  /** By info-hash in hex. */
  readonly #sought = new Map<string, Sought>();
  #groups: readonly GroupSocket[] = [];
  #announcedAt = -Infinity;
  #timer: ITimer | undefined;

  constructor(host: LocalDiscoveryHost, context: LocalContext) {
    this.#host = host;
    this.#context = context;
    this.#cookie = toHex(host.random.bytes(COOKIE_BYTES));
  }

  seek(torrent: SoughtTorrent): PeerSearching {
    const { clock } = this.#host;
    const key = toHex(torrent.infoHash);
    const sought = { torrent, dueAt: clock.now() + GATHERING_MS };
    this.#sought.set(key, sought);
    if (this.#groups.length === 0) this.#open();
    this.#schedule();
    return {
      lookNow: () => {
        sought.dueAt = Math.min(sought.dueAt, clock.now());
        this.#schedule();
      },
      end: () => {
        if (this.#sought.get(key) !== sought) return;
        this.#sought.delete(key);
        if (this.#sought.size === 0) this.close();
      },
    };
  }

  /** Memberships may have gone with an interface, and the neighbours may be others: joins and announces anew. */
  networkIsBack(): void {
    if (this.#groups.length === 0) return;
    const dueAt = this.#host.clock.now() + GATHERING_MS;
    for (const sought of this.#sought.values()) sought.dueAt = dueAt;
    this.#leave();
    this.#open();
  }

  close(): void {
    this.#sought.clear();
    this.#leave();
  }

  #leave(): void {
    this.#timer?.cancel();
    for (const group of this.#groups) group.close();
    this.#groups = [];
  }

  #open(): void {
    const { sockets, clock, logger } = this.#host;
    this.#groups = [LSD_GROUP_IPV4, LSD_GROUP_IPV6].map(
      (group) =>
        new GroupSocket({
          sockets,
          clock,
          logger,
          group,
          onOpen: () => {
            this.#schedule();
          },
          onMessage: (data, from) => {
            this.#onMessage(data, from);
          },
        }),
    );
  }

  #onMessage(data: Uint8Array, from: Endpoint): void {
    if (!this.#isNeighbour(from.host)) return;
    const announce = parseLocalAnnounce(data);
    if (!announce || announce.cookie === this.#cookie) return;
    for (const infoHash of announce.infoHashes) {
      this.#sought.get(toHex(infoHash))?.torrent.onPeer({ host: from.host, port: announce.port });
    }
  }

  /**
   * Who may have sent to the group: its announces do not leave the site (BEP 14). A host with a global IPv6 address sends from that one (RFC
   * 6724, rule 2: a link-local address does not reach so far). A public IPv4 address is hardly ever that of a neighbour: such a datagram was
   * sent to our port from afar.
   */
  #isNeighbour(host: string): boolean {
    switch (scopeOf(host)) {
      case 'local':
        return true;
      case 'public':
        return familyOf(host) === 6;
      case 'loopback':
        return this.#context.settings().allowLocalPeers;
      default:
        return false;
    }
  }

  /** Sets the timer to the next announce; without an open socket there is none to come. */
  #schedule(): void {
    this.#timer?.cancel();
    if (this.#sought.size === 0 || !this.#groups.some(({ isOpen }) => isOpen)) return;
    const dueAt = Math.min(...Array.from(this.#sought.values(), (sought) => sought.dueAt));
    const at = Math.max(dueAt, this.#announcedAt + ANNOUNCE_INTERVAL_MS);
    this.#timer = this.#host.clock.setTimer(Math.max(0, at - this.#host.clock.now()), () => {
      this.#announce();
      this.#schedule();
    });
  }

  /** Announces the torrents that waited longest. */
  #announce(): void {
    const now = this.#host.clock.now();
    this.#announcedAt = now;
    const port = this.#context.listenPort();
    if (port === undefined) return;
    const due = [...this.#sought.values()]
      .filter((sought) => sought.dueAt <= now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, MAX_ANNOUNCED_TORRENTS);
    for (const sought of due) sought.dueAt = now + TORRENT_INTERVAL_MS;
    const infoHashes = due.map(({ torrent }) => torrent.infoHash);
    for (const group of this.#groups) {
      group.send(encodeLocalAnnounce({ port, infoHashes, cookie: this.#cookie }, group.group));
    }
  }
}
