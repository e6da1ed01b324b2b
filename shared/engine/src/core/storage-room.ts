import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IFileSystem } from '../interfaces/filesystem.js';
import { DEFAULT_ROOT, type DownloadRoots } from './download-roots.js';

/** So often it is seen whether there is still room for what is being downloaded. */
const CHECK_INTERVAL_MS = 10_000;
/** Left to the host, whose own records need some room too. */
const RESERVED_BYTES = 16 * 1024 * 1024;

/** The disk has less room than a download still needs. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
  readonly code = 'no-room';
  constructor(
    readonly neededBytes: number,
    /** Of the room there is, what other downloads do not need. */
    readonly freeBytes: number,
  ) {
    super(`${neededBytes} more bytes are needed, and there is room for ${freeBytes}`);
  }
}

/** A download that fills a disk. */
export interface RoomUser {
  /** Name of its download root. */
  root(): string;
  /** Bytes it has still to write. */
  neededBytes(): number;
  /** For who can make do with less: does so, and says how much of `freeBytes` it needs; more than that when it cannot go on. */
  claim?(freeBytes: number): number;
  /** There is no room for it any more. */
  outOfRoom(error: NoRoomError): void;
}

/** Room that some work was given. */
export interface RoomClaim {
  /** Aborts with a {@link NoRoomError}. */
  readonly signal: AbortSignal;
  /** So many more bytes are written. */
  wrote(bytes: number): void;
}

/**
 * Sees to it that downloads end before the disk is full: none starts without room for what it claims beside what the others need, and
 * when room is lost to somebody else, those that started last go first. A root that cannot tell has room.
 */
export class StorageRoom {
  readonly #roots: DownloadRoots;
  readonly #clock: IClock;
  /** In the order in which they started. */
  readonly #users = new Set<RoomUser>();
  #timer: ITimer | undefined;

  constructor(options: { readonly roots: DownloadRoots; readonly clock: IClock }) {
    this.#roots = options.roots;
    this.#clock = options.clock;
  }

  /** Before it starts to download. Rejects with {@link NoRoomError}; then it is no user. */
  async enter(user: RoomUser): Promise<void> {
    this.#users.delete(user);
    this.#users.add(user);
    this.#checkLater();
    if (user.neededBytes() === 0) return;
    const error = (await this.#missingRoom(this.#diskOf(user))).get(user);
    if (!error) return;
    this.#users.delete(user);
    throw error;
  }

  /**
   * Does `work`, which writes `neededBytes` to the disk of that root and keeps `written` informed, with room for it. Rejects with
   * {@link NoRoomError} before it begins, or as `work`, whose `signal` aborts with one when room is lost.
   */
  async during<T>(root: string, neededBytes: number, work: (claim: RoomClaim) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let writtenBytes = 0;
    const user: RoomUser = {
      root: () => root,
      neededBytes: () => Math.max(0, neededBytes - writtenBytes),
      outOfRoom: (error) => controller.abort(error),
    };
    await this.enter(user);
    try {
      return await work({ signal: controller.signal, wrote: (bytes) => (writtenBytes += bytes) });
    } finally {
      this.leave(user);
    }
  }

  /** It has stopped. Fine when it never started. */
  leave(user: RoomUser): void {
    this.#users.delete(user);
  }

  /** There may be more room. */
  look(): void {
    void this.#checkAll();
  }

  close(): void {
    this.#users.clear();
    this.#timer?.cancel();
  }

  #checkLater(): void {
    this.#timer ??= this.#clock.setTimer(CHECK_INTERVAL_MS, () => {
      this.#timer = undefined;
      if (this.#users.size === 0) return;
      this.#checkLater();
      void this.#checkAll();
    });
  }

  async #checkAll(): Promise<void> {
    for (const disk of new Set([...this.#users].map((user) => this.#diskOf(user)))) {
      for (const [user, error] of await this.#missingRoom(disk)) {
        if (this.#users.delete(user)) user.outOfRoom(error);
      }
    }
  }

  /** The users of `disk` for which its room is not enough. */
  async #missingRoom(disk: IFileSystem | undefined): Promise<ReadonlyMap<RoomUser, NoRoomError>> {
    const missing = new Map<RoomUser, NoRoomError>();
    const users = [...this.#users].filter((user) => user.neededBytes() > 0 && this.#diskOf(user) === disk);
    const [first] = users;
    const free = first && (await this.#freeBytes(first.root()));
    if (free === undefined) return missing;
    let left = Math.max(0, free - RESERVED_BYTES);
    for (const user of users) {
      const neededBytes = user.claim?.(left) ?? user.neededBytes();
      if (neededBytes > left) missing.set(user, new NoRoomError(neededBytes, left));
      else left -= neededBytes;
    }
    return missing;
  }

  /** Where its pieces are written; undefined when that is not there. */
  #diskOf(user: RoomUser): IFileSystem | undefined {
    const name = user.root();
    return this.#roots.get(name) && this.#roots.writable(name);
  }

  async #freeBytes(name: string): Promise<number | undefined> {
    const root = this.#roots.get(name);
    const written = root?.kind === 'published' ? this.#roots.get(DEFAULT_ROOT) : root;
    try {
      return await written?.freeBytes?.();
    } catch {
      return undefined;
    }
  }
}
