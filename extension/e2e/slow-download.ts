import { expect } from 'vitest';
import type { Lab } from '../../shared/engine/test/interop/lab.js';
import { hashTree, LibtorrentPeer, waitUntil, writePayload } from '../../shared/engine/test/interop/peers/index.js';
import { withPeer } from './downloads.js';
import { ExtensionBrowser, type LaunchOptions, type RpcPage } from './harness.js';

/** So slow that whatever is to happen in the middle of a download does. */
const SLOW_BYTES_PER_SECOND = 200_000;
const PIECE_BYTES = 64 * 1024;
/** Pieces that are open at a time with a single slow peer, and what is on its way in sockets. */
const MOST_OPEN_PIECES = 4;
const FINISH_TIMEOUT_MS = 90_000;

/** One file in a torrent with a seeder of its own, which is slow until {@link hurry}, and the browsers that download it. */
export class SlowDownload {
  readonly #browsers: ExtensionBrowser[] = [];

  private constructor(
    readonly seeder: LibtorrentPeer,
    readonly infoHash: string,
    private readonly folder: string,
    private readonly totalBytes: number,
  ) {}

  /** `name` is of a folder that the lab has not got yet. */
  static async open(lab: Lab, options: { readonly name: string; readonly totalBytes: number }): Promise<SlowDownload> {
    const folder = lab.path(options.name);
    const file = { path: `${options.name}.bin`, length: options.totalBytes };
    await writePayload(folder, { files: [file], seed: options.name });
    const seeder = lab.use(await LibtorrentPeer.start());
    const torrentFile = lab.path(`${options.name}.torrent`);
    const path = lab.path(options.name, file.path);
    await seeder.createTorrent({ path, out: torrentFile, pieceLength: PIECE_BYTES, trackers: [] });
    await seeder.seed({ torrentFile, dataDir: folder, uploadBytesPerSecond: SLOW_BYTES_PER_SECOND });
    const { infoHash } = await seeder.describe(torrentFile);
    return new SlowDownload(seeder, infoHash, folder, options.totalBytes);
  }

  /** The link, with the seeder's address in it. */
  get magnet(): string {
    return withPeer(`magnet:?xt=urn:btih:${this.infoHash}`, this.seeder.endpoint);
  }

  async launch(options: LaunchOptions): Promise<ExtensionBrowser> {
    const browser = await ExtensionBrowser.launch(options);
    this.#browsers.push(browser);
    return browser;
  }

  /** `kill -9` of a browser, and another one with its profile. */
  async killAndRelaunch(browser: ExtensionBrowser, helper: LaunchOptions['helper']): Promise<ExtensionBrowser> {
    this.#browsers.splice(this.#browsers.indexOf(browser), 1);
    await browser.kill();
    return this.launch({ helper, profile: browser.profile });
  }

  /** Adds the link in a fresh browser and waits until something is there. */
  async start(): Promise<{ readonly browser: ExtensionBrowser; readonly rpc: RpcPage }> {
    const browser = await this.launch({ helper: 'registered' });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.request('addMagnet', { magnet: this.magnet, chooseFilesFirst: false });
    await this.progressBy(rpc, 2 * PIECE_BYTES);
    return { browser, rpc };
  }

  /** Verified bytes, by the engine's own word. */
  async doneBytes(rpc: RpcPage): Promise<number> {
    const torrent = (await rpc.snapshot()).torrents.find(({ id }) => id === this.infoHash);
    return torrent?.wantedDoneBytes ?? 0;
  }

  /** Waits until so much more is verified. */
  async progressBy(rpc: RpcPage, bytes: number): Promise<void> {
    const before = await this.doneBytes(rpc);
    await rpc.waitForTorrent(this.infoHash, ({ wantedDoneBytes }) => wantedDoneBytes >= before + bytes);
  }

  /** The seeder sends as fast as it can. */
  async hurry(): Promise<void> {
    await this.seeder.limitUpload(0);
  }

  /** Lets the download end, and compares every byte. */
  async expectWholeFile(rpc: RpcPage): Promise<void> {
    await this.hurry();
    await rpc.waitForTorrent(this.infoHash, ({ state }) => state.kind === 'seeding', FINISH_TIMEOUT_MS);
    expect(await rpc.hashFiles(this.infoHash)).toEqual(await hashTree(this.folder));
  }

  /** Waits until the seeder has sent every byte at least once. */
  async waitAllSent(): Promise<void> {
    const isSent = async () => (await this.seeder.status()).uploadedBytes >= this.totalBytes;
    await waitUntil(isSent, { timeoutMs: FINISH_TIMEOUT_MS, what: 'the seeder has sent everything' });
  }

  /** At each interruption no more came twice than the open pieces. Gives how many bytes did. */
  async expectHardlyAnythingTwice({ interruptions }: { readonly interruptions: number }): Promise<number> {
    const repeated = (await this.seeder.status()).uploadedBytes - this.totalBytes;
    expect(repeated).toBeLessThanOrEqual(interruptions * MOST_OPEN_PIECES * PIECE_BYTES);
    return repeated;
  }

  async close(): Promise<void> {
    for (const browser of this.#browsers.splice(0)) await browser.close();
  }
}
