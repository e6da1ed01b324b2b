import { expect } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { decodeProgressRecord } from '../../src/core/torrent-record.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import { concatBytes, equalBytes } from '../../src/utils/bytes.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { type FaultPlan, slowDisk } from '../faults/fault-plan.js';
import type { FaultySockets } from '../faults/faulty-sockets.js';
import type { VirtualHost } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SampleTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const LINE = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 20 };
/** Long enough for whatever is still under way in a closed client to end. */
const LINGER_MS = 200_000;

const FINISHED = makeTorrent({ name: 'finished', seed: 11, pieceLength: 16_384, files: { a: 40_000, b: 20_000 } });
const FINISHED_PIECES = 4;
const OWN_SETTINGS = { uploadSlots: 5 };
const STOPPED = makeTorrent({ name: 'stopped', seed: 12, pieceLength: 16_384, files: { stopped: 100_000 } });
const STOPPED_BYTES = 50_000;
const STOPPED_PIECES = 3;

/** One run of the client under test between two deaths. */
export interface Life {
  readonly node: SwarmNode;
  readonly faults: FaultInjector;
  readonly sockets: FaultySockets;
}

/**
 * A client that downloads `sample` while its host plays tricks on it: a seed gives it the torrent, a leecher takes what it has verified,
 * and it has two more torrents, one finished and one stopped halfway, which nothing of this may touch.
 */
export class CrashWorld {
  readonly swarm: VirtualSwarm;
  #source!: SwarmNode;
  #leech!: SwarmNode;
  #host!: VirtualHost;
  #earlier: SwarmNode | undefined;
  #current: Life | undefined;
  /** The client was told that the torrent is stored. */
  #isAddDurable = false;
  /** Pieces that were verified when a life ended. */
  readonly #verified = new Set<number>();

  private constructor(
    seed: number,
    readonly sample: SampleTorrent,
  ) {
    this.swarm = new VirtualSwarm(seed);
  }

  static async open(seed: number, sample: SampleTorrent): Promise<CrashWorld> {
    const world = new CrashWorld(seed, sample);
    await world.#build();
    return world;
  }

  get life(): Life {
    if (!this.#current) throw new Error('nothing lives');
    return this.#current;
  }

  /** The torrent under test in the present life, if it is there. */
  get torrent(): Torrent | undefined {
    return this.life.node.client.get(this.sample.id);
  }

  /**
   * Starts the client with what the last one left, and checks that it finds what that one had. One whose store fails at the start is ended
   * by its user, some time later; nothing may be written over in the meantime.
   */
  async live(plan: FaultPlan = slowDisk): Promise<Life> {
    const { clock } = this.swarm;
    await this.#bury();
    const faults = new FaultInjector({ clock, plan, onDeath: () => this.#host.crash() });
    const sockets = faults.sockets(this.#host);
    const earlier = this.#earlier;
    const node = await this.swarm.node('10.0.1.1', { sockets, faults, ...(earlier && { earlier }) });
    this.#earlier = node;
    this.#current = { node, faults, sockets };
    if (node.startError || node.client.damagedRecords.some(({ error }) => error.code === 'unreadable')) {
      await clock.advance(LINGER_MS);
      faults.die();
    }
    const isDead = () => faults.isDead;
    if (isDead()) return this.#current;
    expect(node.client.damagedRecords).toEqual([]);
    expect(node.client.settings).toMatchObject(OWN_SETTINGS);
    if (this.#isAddDurable) expect(this.torrent).toBeDefined();
    if (!this.torrent) this.#add(node);
    const isReady = () => isDead() || ['downloading', 'seeding', 'failed'].includes(this.torrent?.state.kind ?? '');
    await clock.runUntil(isReady);
    if (!isDead() && this.torrent?.state.kind !== 'failed') {
      expect(this.#have()).toEqual(expect.arrayContaining([...this.#verified]));
    }
    await this.#expectNothingWrong();
    return this.#current;
  }

  /** Runs until the torrent is complete or the client dead. A torrent that failed is started again, as its user would. */
  async proceed(): Promise<void> {
    const { faults } = this.life;
    const isFailed = () => this.torrent?.state.kind === 'failed';
    for (;;) {
      await this.swarm.clock.runUntil(() => faults.isDead || isFailed() || this.torrent?.state.kind === 'seeding');
      await this.#expectNothingWrong();
      if (!isFailed() || faults.isDead) return;
      await this.swarm.clock.advance(1000);
      this.torrent?.start();
    }
  }

  /** What has to hold when the download is complete, and after a good end. */
  async finish(): Promise<void> {
    const { node, faults, sockets } = this.life;
    const { clock } = this.swarm;
    const leeching = this.#leech.client.get(this.sample.id);
    await clock.runUntil(() => leeching?.state.kind === 'seeding');
    expect(leeching?.record.banned).toEqual([]);
    expect(hasAllFiles(this.#leech, this.sample)).toBe(true);
    expect(hasAllFiles(node, this.sample)).toBe(true);
    expect(hasAllFiles(node, FINISHED)).toBe(true);
    expect(node.client.get(FINISHED.id)?.state.kind).toBe('seeding');
    expect(node.client.get(STOPPED.id)?.state.kind).toBe('stopped');
    expect(await filesIn(node.fileSystem)).toEqual(
      [this.sample, FINISHED, STOPPED].flatMap(({ layout }) => layout.map(({ path }) => path)).sort(),
    );
    await this.swarm.close([node, this.#source, this.#leech]);
    await clock.advance(LINGER_MS);
    expect({ files: faults.openFiles, sockets: sockets.openSockets, timers: clock.pendingTimers }).toEqual({
      files: 0,
      sockets: 0,
      timers: 0,
    });
  }

  async #build(): Promise<void> {
    const { swarm, sample } = this;
    this.#source = await swarm.node('10.0.0.1', LINE);
    await swarm.seedFrom(this.#source, sample);
    this.#leech = await swarm.node('10.0.2.1', LINE);
    this.#host = swarm.network.host('10.0.1.1', LINE);
    const node = await swarm.node('10.0.1.1', { sockets: this.#host });
    await swarm.clock.settle(node.client.updateSettings(OWN_SETTINGS));
    await swarm.seedFrom(node, FINISHED);
    // Half of it is there.
    for (const [path, bytes] of STOPPED.files) node.fileSystem.writeFile(path, bytes.subarray(0, STOPPED_BYTES));
    const stopped = await swarm.add(node, { metainfo: STOPPED.metainfo });
    await swarm.clock.runUntil(() => stopped.state.kind === 'downloading');
    await swarm.clock.settle(stopped.stop());
    await swarm.close([node]);
    await swarm.add(this.#leech, { metainfo: sample.metainfo });
    this.#earlier = node;
  }

  #add(node: SwarmNode): void {
    node.client.add({ metainfo: this.sample.metainfo }).then(
      () => (this.#isAddDurable = true),
      // The user is told, and tries again.
      () => this.#add(node),
    );
  }

  /** Remembers what was verified when the last life ended. */
  async #bury(): Promise<void> {
    const last = this.#current;
    if (!last) return;
    if (!last.faults.isDead) throw new Error('it still lives');
    for (const index of [...this.#have(), ...(await recordedPieces(last.node, this.sample))]) this.#verified.add(index);
  }

  #have(): readonly number[] {
    return [...(this.torrent?.content?.downloader.pieces.have ?? [])];
  }

  /** Whatever the client believes to have is on its disk, and its other torrents are as they were. */
  async #expectNothingWrong(): Promise<void> {
    const { node } = this.life;
    const { content, pieceLength } = this.sample;
    const onDisk = await contentOnDisk(node, this.sample);
    const piece = (bytes: Uint8Array, index: number) => bytes.subarray(index * pieceLength, (index + 1) * pieceLength);
    expect(this.#have().filter((index) => !equalBytes(piece(onDisk, index), piece(content, index)))).toEqual([]);
    expect(await recordedPieces(node, FINISHED)).toHaveLength(FINISHED_PIECES);
    expect(await recordedPieces(node, STOPPED)).toHaveLength(STOPPED_PIECES);
  }
}

/** The pieces on record, whatever has become of the client. */
async function recordedPieces(node: SwarmNode, sample: SampleTorrent): Promise<readonly number[]> {
  const bytes = await node.store.get(`progress/${sample.id}`);
  return [...((bytes && decodeProgressRecord(bytes).verified) ?? [])];
}

/** What lies where the torrent's bytes should be; zeros where there is nothing. */
async function contentOnDisk({ fileSystem }: SwarmNode, sample: SampleTorrent): Promise<Uint8Array> {
  const parts = sample.layout.map(async ({ path, length }) => {
    const whole = new Uint8Array(length);
    if (await fileSystem.stat(path)) whole.set(fileSystem.readFile(path).subarray(0, length));
    return whole;
  });
  return concatBytes(await Promise.all(parts));
}

/** Every file under `folder`, sorted. */
async function filesIn(fileSystem: IFileSystem, folder = ''): Promise<readonly string[]> {
  const entries = await fileSystem.list(folder);
  const found = entries.map(async ({ name, isDirectory }) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    return isDirectory ? filesIn(fileSystem, path) : [path];
  });
  return (await Promise.all(found)).flat().sort();
}
