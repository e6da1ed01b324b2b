import { claimScratch, leastScratchBytes } from './scratch-room.js';
import type { RoomUser, RoomWaiter, StorageRoom } from './storage-room.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentPublishing } from './torrent-publishing.js';
import type { TorrentStorageEvents } from './torrent-storage-options.js';

/** What a torrent needs of the disk that its pieces are written to, and how it makes do with less. */
export class TorrentRoom {
  readonly #room: StorageRoom;
  readonly #content: () => TorrentContent | undefined;
  readonly #publishing: Pick<TorrentPublishing, 'makesRoom' | 'isBusy' | 'split'>;
  readonly #user: RoomUser;
  readonly #waiter: RoomWaiter;

  constructor(options: {
    readonly room: StorageRoom;
    /** Name of its download root. */
    readonly root: () => string;
    /** Undefined until its files are known. */
    readonly content: () => TorrentContent | undefined;
    readonly publishing: Pick<TorrentPublishing, 'makesRoom' | 'isBusy' | 'split'>;
    readonly events: Pick<TorrentStorageEvents, 'diskFailed'>;
    /** After {@link wait}. */
    readonly roomMade: () => void;
  }) {
    const { root, events, roomMade } = options;
    this.#room = options.room;
    this.#content = options.content;
    this.#publishing = options.publishing;
    const claim = (freeBytes: number) => this.#claim(freeBytes);
    const outOfRoom: RoomUser['outOfRoom'] = (error) => {
      events.diskFailed(error);
    };
    this.#user = { root, neededBytes: () => this.missingBytes, claim, outOfRoom };
    this.#waiter = { root, neededBytes: () => this.#leastBytes, roomMade };
  }

  get missingBytes(): number {
    return this.#content()?.downloader.pieces.missingWantedBytes ?? 0;
  }

  /** Claims room until `signal` aborts; what is too big for what there is comes in parts from now on. Rejects as `StorageRoom.enter`. */
  async enter({ window }: TorrentContent, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#room.leave(this.#user), { once: true });
    try {
      await this.#room.enter(this.#user);
    } catch (error) {
      if (window.tooBig.length === 0) throw error;
    }
    if (window.tooBig.length === 0) return;
    await this.#publishing.split(window.tooBig);
    if (!signal.aborted) await this.#room.enter(this.#user);
  }

  /** There may be more room. */
  look(): void {
    if (this.missingBytes > 0) this.#room.look();
  }

  /** Until there is room to go on. */
  wait(): void {
    this.#room.wait(this.#waiter);
  }

  waitNoMore(): void {
    this.#room.waitNoMore(this.#waiter);
  }

  /** As `RoomUser.claim`: what is published makes room for the rest, and so does what is unverified on the shelf. */
  #claim(freeBytes: number): number {
    const content = this.#content();
    if (!content) return 0;
    const neededBytes = this.#claimFiles(content, freeBytes - leastScratchBytes(content));
    return neededBytes + claimScratch(content, freeBytes - neededBytes);
  }

  #claimFiles(content: TorrentContent, freeBytes: number): number {
    if (!this.#publishing.makesRoom) return this.missingBytes;
    const neededBytes = content.window.fit(freeBytes, { staysOpen: this.#publishing.isBusy });
    if (neededBytes <= freeBytes || shelvedBytes(content) === 0) return neededBytes;
    content.downloader.pieces.clearShelf();
    return content.window.fit(freeBytes, { staysOpen: true });
  }

  /** With less room the torrent cannot go on. */
  get #leastBytes(): number {
    const content = this.#content();
    if (!content) return 0;
    const scratchBytes = leastScratchBytes(content);
    if (!this.#publishing.makesRoom) return this.missingBytes + scratchBytes;
    return Math.max(0, content.window.leastBytes + scratchBytes - shelvedBytes(content));
  }
}

/** What the shelf takes of the disk. */
function shelvedBytes({ downloader, layout }: TorrentContent): number {
  return downloader.pieces.shelf.size * layout.pieceLength;
}
