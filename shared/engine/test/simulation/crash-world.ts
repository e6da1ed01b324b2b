import { expect } from 'vitest';
import type { Client } from '../../src/core/client.js';
import type { FilePlace } from '../../src/core/published-record.js';
import type { Torrent } from '../../src/core/torrent.js';
import { decodeProgressRecord } from '../../src/core/torrent-record.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import type { IHttpClient } from '../../src/interfaces/http.js';
import type { ISocketFactory } from '../../src/interfaces/socket.js';
import { concatBytes, equalBytes } from '../../src/utils/bytes.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { type FaultPlan, slowDisk } from '../faults/fault-plan.js';
import type { FaultySockets } from '../faults/faulty-sockets.js';
import { MemoryHttpClient, MemoryPublishedFiles, type VirtualHost } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SampleTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const LINE = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 20 };
/** Long enough for whatever is still under way in a closed client to end. */
const LINGER_MS = 200_000;

const FINISHED = makeTorrent({ name: 'finished', seed: 11, pieceLength: 16_384, files: { a: 40_000, b: 20_000 } });
const FINISHED_PIECES = 4;
const OWN_SETTINGS = { uploadSlots: 5 };
const STOPPED = makeTorrent({ name: 'stopped', seed: 12, pieceLength: 16_384, files: { stopped: 100_000 } });
const SMALL_SECTIONS = { maxWholePieceBytes: 16_384, sectionBytes: 16_384 };
const FOLDER = 'folder';
/** Of the client under test. */
const IP = '10.0.1.1';
/** Starts after a failure until one is taken for useless. */
const MOST_CLICKS = 300;
const STOPPED_BYTES = 50_000;
const STOPPED_PIECES = 3;
/** Places of a file that is read from the folder. */
const IN_FOLDER: readonly FilePlace[] = ['both', 'folder'];
const GOING_ON: readonly string[] = ['downloading', 'publishing', 'seeding', 'failed'];

/** How a client reaches a network that is not its own process's. */
export interface HostLink {
  readonly sockets: ISocketFactory;
  readonly http: IHttpClient;
  /** Resolves when it is known whether sockets work. */
  readonly ready: Promise<void>;
  /** Has `client` told when sockets work again. */
  serve(client: Client): void;
}

/** Makes the link of one life. All that it does to reach `host` and `http` may go through `faults`. */
export type OpenHostLink = (parts: {
  readonly faults: FaultInjector;
  readonly host: VirtualHost;
  readonly http: IHttpClient;
}) => HostLink;

/** What the client under test downloads, and how. */
export interface CrashScene {
  readonly sample: SampleTorrent;
  /** Without it the client's sockets are the host's own. */
  readonly openLink?: OpenHostLink;
  /** To a folder of the user's, which takes whole files. */
  readonly isPublished?: boolean;
  /** No piece of it lies in memory as a whole. */
  readonly isSectioned?: boolean;
}

/** One run of the client under test between two deaths. */
export interface Life {
  readonly node: SwarmNode;
  readonly faults: FaultInjector;
  readonly sockets: FaultySockets;
}

/**
 * A client that downloads a torrent while its host plays tricks on it: a seed gives it the torrent, a leecher takes what it has verified,
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
  readonly #folder = new MemoryPublishedFiles({ detachBuffers: true });
  readonly #scene: CrashScene;

  private constructor(seed: number, scene: CrashScene) {
    this.swarm = new VirtualSwarm(seed);
    this.#scene = scene;
  }

  static async open(seed: number, scene: CrashScene): Promise<CrashWorld> {
    const world = new CrashWorld(seed, scene);
    await world.#build();
    return world;
  }

  get life(): Life {
    if (!this.#current) throw new Error('nothing lives');
    return this.#current;
  }

  get sample(): SampleTorrent {
    return this.#scene.sample;
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
    this.#bury();
    const faults = new FaultInjector({ clock, plan, onDeath: () => this.#host.crash() });
    const link = this.#openLink(faults);
    const sockets = faults.sockets(link?.sockets ?? this.#host);
    if (link) await clock.settle(Promise.race([link.ready, faults.died]));
    const earlier = this.#earlier;
    const node = await this.swarm.node(IP, {
      sockets,
      faults,
      folder: this.#folder,
      ...(link && { http: faults.http(link.http), onClient: (client) => link.serve(client) }),
      ...(earlier && { earlier }),
      ...(this.#scene.isSectioned && { sections: SMALL_SECTIONS }),
    });
    this.#earlier = node;
    this.#current = { node, faults, sockets };
    if (node.startError || node.client.damage.all.some(({ error }) => error.code === 'unreadable')) {
      await clock.advance(LINGER_MS);
      faults.die();
    }
    const isDead = () => faults.isDead;
    if (isDead()) return this.#current;
    expect(node.client.damage.all).toEqual([]);
    expect(node.client.settings).toMatchObject(OWN_SETTINGS);
    if (this.#isAddDurable) expect(this.torrent).toBeDefined();
    if (!this.torrent) this.#add(node);
    // It died in a pause.
    else if (this.torrent.record.desired === 'stopped') this.torrent.start();
    const isReady = () => isDead() || GOING_ON.includes(this.torrent?.state.kind ?? '');
    await clock.runUntil(isReady);
    if (!isDead() && this.torrent?.state.kind !== 'failed') {
      expect(this.#have()).toEqual(expect.arrayContaining([...this.#verified]));
    }
    await this.#expectNothingWrong();
    return this.#current;
  }

  /** Runs until the torrent is complete or the client dead. A torrent that needs its user is started again. */
  async proceed(): Promise<void> {
    const { faults, node } = this.life;
    const needsUser = () => this.torrent?.state.kind === 'failed' || this.torrent?.snapshot().attention !== undefined;
    for (let clicks = 0; clicks < MOST_CLICKS; clicks++) {
      await this.swarm.clock.runUntil(() => faults.isDead || needsUser() || this.torrent?.state.kind === 'seeding');
      await this.#expectNothingWrong();
      if (!needsUser() || faults.isDead) return;
      await this.swarm.clock.advance(1000);
      node.client.roots.setAvailable(FOLDER);
      this.torrent?.start();
    }
    throw new Error(`${MOST_CLICKS} starts did not help: ${JSON.stringify(this.torrent?.snapshot())}`);
  }

  /** The user pauses the torrent after a while, and goes on with it. */
  async pause(afterMs: number): Promise<void> {
    const { faults } = this.life;
    const isDead = () => faults.isDead;
    await this.swarm.clock.advance(afterMs);
    if (isDead() || !this.torrent) return;
    await this.swarm.clock.settle(Promise.race([this.torrent.stop(), faults.died]));
    await this.#expectNothingWrong();
    if (!isDead()) this.torrent.start();
  }

  /** What has to hold when the download is complete, and after a good end. */
  async finish(): Promise<void> {
    const { node } = this.life;
    const { clock } = this.swarm;
    const leeching = this.#leech.client.get(this.sample.id);
    await clock.runUntil(() => leeching?.state.kind === 'seeding');
    expect(leeching?.record.banned).toEqual([]);
    expect(hasAllFiles(this.#leech, this.sample)).toBe(true);
    const place = this.#scene.isPublished ? this.#folder.contents : node.fileSystem;
    expect(hasAllFiles({ ...node, fileSystem: place }, this.sample)).toBe(true);
    expect(hasAllFiles(node, FINISHED)).toBe(true);
    expect(node.client.get(FINISHED.id)?.state.kind).toBe('seeding');
    expect(node.client.get(STOPPED.id)?.state.kind).toBe('stopped');
    const isOwn = this.#scene.isPublished ? [] : [this.sample];
    // The last piece is forgotten where it was kept when the disk comes to it.
    if (this.#scene.isSectioned) await clock.advance(LINGER_MS);
    expect(await filesIn(node.fileSystem)).toEqual(pathsOf(FINISHED, STOPPED, ...isOwn));
    expect(await filesIn(this.#folder.contents)).toEqual(this.#scene.isPublished ? pathsOf(this.sample) : []);
    await this.swarm.close([this.#source, this.#leech]);
    await this.leave();
    expect(clock.pendingTimers).toBe(0);
  }

  /** Ends the present life well: whatever it began has to end with it. */
  async leave(): Promise<void> {
    const { node, faults, sockets } = this.life;
    const { clock } = this.swarm;
    await clock.settle(Promise.race([node.client.close(), faults.died]));
    await clock.advance(LINGER_MS);
    if (faults.isDead) return;
    const left = { files: faults.openFiles, sockets: sockets.openSockets, operations: faults.pendingOperations };
    expect(left).toEqual({ files: 0, sockets: 0, operations: 0 });
    faults.die();
  }

  async #build(): Promise<void> {
    const { swarm, sample } = this;
    this.#source = await swarm.node('10.0.0.1', LINE);
    await swarm.seedFrom(this.#source, sample);
    this.#leech = await swarm.node('10.0.2.1', LINE);
    this.#host = swarm.network.host(IP, LINE);
    const node = await swarm.node(IP, { sockets: this.#host });
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

  #openLink(faults: FaultInjector): HostLink | undefined {
    const { clock, tracker } = this.swarm;
    const http = new MemoryHttpClient({ clock, handler: tracker.handlerFor(IP) });
    return this.#scene.openLink?.({ faults, host: this.#host, http });
  }

  #add(node: SwarmNode): void {
    const { isPublished } = this.#scene;
    const options = isPublished ? { root: FOLDER } : {};
    node.client.add({ metainfo: this.sample.metainfo }, options).then(
      () => (this.#isAddDurable = true),
      // The user is told, and tries again.
      () => this.#add(node),
    );
  }

  /** Remembers what was verified when the last life ended. */
  #bury(): void {
    const last = this.#current;
    if (!last) return;
    if (!last.faults.isDead) throw new Error('it still lives');
    for (const index of [...this.#have(), ...recordedPieces(last.node, this.sample)]) this.#verified.add(index);
  }

  #have(): readonly number[] {
    return [...(this.torrent?.content?.downloader.pieces.have ?? [])];
  }

  /** Whatever the client believes to have is on its disk, and its other torrents are as they were. */
  async #expectNothingWrong(): Promise<void> {
    const { node } = this.life;
    const { content, pieceLength } = this.sample;
    const onDisk = await this.#contentOnDisk();
    const piece = (bytes: Uint8Array, index: number) => bytes.subarray(index * pieceLength, (index + 1) * pieceLength);
    const isWrong = (index: number) => !equalBytes(piece(onDisk, index), piece(content, index));
    expect(this.#have().filter(isWrong)).toEqual([]);
    expect(recordedPieces(node, FINISHED)).toHaveLength(FINISHED_PIECES);
    expect(recordedPieces(node, STOPPED)).toHaveLength(STOPPED_PIECES);
  }

  /**
   * What lies where the client has the torrent's bytes; zeros where there is nothing. A copy that it does not go by yet may be anything: one
   * that was cut short is an empty file.
   */
  async #contentOnDisk(): Promise<Uint8Array> {
    const published = this.torrent?.record.published;
    const parts = this.sample.layout.map(async ({ path, length }, index) => {
      const isInFolder = IN_FOLDER.includes(published?.places[index] ?? 'staged');
      const files = isInFolder ? this.#folder.contents : this.life.node.fileSystem;
      const at = isInFolder ? (published?.names.get(index) ?? path) : path;
      const whole = new Uint8Array(length);
      if (await files.stat(at)) whole.set(files.readFile(at).subarray(0, length));
      return whole;
    });
    return concatBytes(await Promise.all(parts));
  }
}

/** The pieces on record, whatever has become of the client. */
function recordedPieces(node: SwarmNode, sample: SampleTorrent): readonly number[] {
  const bytes = node.records.get(`progress/${sample.id}`);
  return [...((bytes && decodeProgressRecord(bytes).verified) ?? [])];
}

/** Paths of all files of these, sorted. */
function pathsOf(...samples: readonly SampleTorrent[]): readonly string[] {
  return samples.flatMap(({ layout }) => layout.map(({ path }) => path)).sort();
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
