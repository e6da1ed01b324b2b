import type { Client, IClock, IHasher } from '@jstorrent/engine';
import { socketPair } from '../../lib/socket-pair.js';
import { type AddResult, BROWSER_ROOT } from '../../rpc/types.js';
import { createDemoTorrent, DEMO_ID, type DemoTorrent } from './demo-torrent.js';
import { DemoPeer } from './demo-peer.js';

/** A peer that was turned away tries again after this. */
const RETRY_MS = 1000;
const ENDPOINTS = [
  { host: '127.0.0.1', port: 6881 },
  { host: '127.0.0.1', port: 6882 },
] as const;

interface DemoOptions {
  readonly client: Pick<Client, 'add' | 'get' | 'accept'>;
  readonly clock: IClock;
  readonly hasher: IHasher;
}

/** A download that needs no network and no helper: it and its only seed are both in this document. */
export class Demo {
  /** Its bytes are made when somebody wants them. */
  #torrent: Promise<DemoTorrent> | undefined;
  #isServed = false;

  constructor(private readonly options: DemoOptions) {}

  /** Puts it in the list, with a label that says what it is. */
  async add(label: string): Promise<AddResult> {
    const { client, hasher } = this.options;
    this.#torrent ??= createDemoTorrent(hasher);
    const { metainfo } = await this.#torrent;
    const { torrent, isNew } = await client.add({ metainfo }, { root: BROWSER_ROOT });
    if (isNew) torrent.setLabel(label);
    else torrent.start();
    return { torrentId: torrent.id, isNew };
  }

  /** Called with every torrent that changed: one of an earlier session is served too. */
  look(torrentId: string): void {
    if (torrentId !== DEMO_ID) return;
    const kind = this.options.client.get(torrentId)?.state.kind;
    if (kind === undefined || kind === 'seeding') this.#torrent = undefined;
    if (kind === 'downloading' && !this.#isServed) void this.#serve();
  }

  async #serve(): Promise<void> {
    const { client, clock, hasher } = this.options;
    this.#isServed = true;
    const torrent = await (this.#torrent ??= createDemoTorrent(hasher));
    const [theirs, ours] = socketPair(ENDPOINTS);
    new DemoPeer({
      socket: theirs,
      clock,
      torrent,
      onGone: () =>
        clock.setTimer(RETRY_MS, () => {
          this.#isServed = false;
          this.look(DEMO_ID);
        }),
    });
    client.accept(ours);
  }
}
