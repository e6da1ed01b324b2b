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

/** A download that cannot go on for want of room. */
export interface RoomWaiter {
  /** Name of its download root. */
  root(): string;
  /** With so much room it can go on. */
  neededBytes(): number;
  /** There is. It waits no more. */
  roomMade(): void;
}

/** Room that some work was given. */
export interface RoomClaim {
  /** Aborts with a {@link NoRoomError}. */
  readonly signal: AbortSignal;
  /** So many more bytes are written. */
  wrote(bytes: number): void;
}

/** Does `work`, which writes `neededBytes` to staging, with room for it: as `StorageRoom.during`. */
export type ClaimRoom = (neededBytes: number, work: (room: RoomClaim) => Promise<void>) => Promise<void>;

/**
 * Sees to it that downloads end before the disk is full: none starts without room for what it claims beside what the others need, and
 * when room is lost to somebody else, those that started last go first. A root that cannot tell has room.
 */
export class StorageRoom {
  readonly #roots: DownloadRoots;
  readonly #clock: IClock;
  /** In the order in which they started. */
  readonly #users = new Set<RoomUser>();
  readonly #waiting = new Set<RoomWaiter>();
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
    const error = (await this.#look(this.#diskOf(user), user.root()))?.missing.get(user);
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

  /** Until there is room beside what the others need; those that wait longest are told first, one at a time. */
  wait(waiter: RoomWaiter): void {
    this.#waiting.add(waiter);
    this.#checkLater();
  }

  /** Fine when it does not wait. */
  waitNoMore(waiter: RoomWaiter): void {
    this.#waiting.delete(waiter);
  }

  /** What a download to that root could have beside the others; undefined when nobody knows. */
  async leftBytes(root: string): Promise<number | undefined> {
    return (await this.#look(this.#diskOf({ root: () => root }), root))?.leftBytes;
  }

  /** There may be more room. */
  look(): void {
    void this.#checkAll();
  }

  close(): void {
    this.#users.clear();
    this.#waiting.clear();
    this.#timer?.cancel();
  }

  #checkLater(): void {
    this.#timer ??= this.#clock.setTimer(CHECK_INTERVAL_MS, () => {
      this.#timer = undefined;
      if (this.#users.size + this.#waiting.size === 0) return;
      this.#checkLater();
      void this.#checkAll();
    });
  }

  async #checkAll(): Promise<void> {
    const users = [...this.#users].filter((user) => user.neededBytes() > 0);
    const disks = new Map([...users, ...this.#waiting].map((one) => [this.#diskOf(one), one.root()]));
    for (const [disk, root] of disks) {
      const found = await this.#look(disk, root);
      if (!found) continue;
      for (const [user, error] of found.missing) if (this.#users.delete(user)) user.outOfRoom(error);
      for (const waiter of this.#waiting) {
        if (this.#diskOf(waiter) !== disk || waiter.neededBytes() > found.leftBytes) continue;
        this.#waiting.delete(waiter);
        waiter.roomMade();
        break;
      }
    }
  }

  /** The users of `disk` for which its room is not enough, and what the others leave of it. Undefined when nobody knows. */
  async #look(
    disk: IFileSystem | undefined,
    root: string,
  ): Promise<{ readonly missing: ReadonlyMap<RoomUser, NoRoomError>; readonly leftBytes: number } | undefined> {
    const free = await this.#freeBytes(root);
    if (free === undefined) return undefined;
    const missing = new Map<RoomUser, NoRoomError>();
    let left = Math.max(0, free - RESERVED_BYTES);
    for (const user of this.#users) {
      if (user.neededBytes() === 0 || this.#diskOf(user) !== disk) continue;
      const neededBytes = user.claim?.(left) ?? user.neededBytes();
      if (neededBytes > left) missing.set(user, new NoRoomError(neededBytes, left));
      else left -= neededBytes;
    }
    return { missing, leftBytes: left };
  }

  /** Where its pieces are written; undefined when that is not there. */
  #diskOf(user: Pick<RoomUser, 'root'>): IFileSystem | undefined {
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
