/** Of the benchmark's torrents, whose length is whole pieces. */
export const PIECE_BYTES = 1024 * 1024;
export const BLOCK_BYTES = 16 * 1024;

/** Which way bytes travel between the helper and the extension. */
export type Lane = 'native' | 'fast';

/** What to fetch from a seeder on this machine. */
export interface Leech {
  readonly port: number;
  /** In hex. */
  readonly infoHash: string;
  readonly bytes: number;
}

/** To the null engine, by `runtime.sendMessage`. */
export type NullEngineRequest =
  /** Connect with the helper over one lane. */
  | { readonly type: 'openLane'; readonly lane: Lane }
  /** Dial a port of this machine, take so many bytes and throw them away. */
  | { readonly type: 'receive'; readonly port: number; readonly bytes: number }
  /** The same with the blocks of a torrent. */
  | ({ readonly type: 'leech' } & Leech);

/** `at`: when it was done, in ms since 1970. */
export type NullEngineReply = { readonly at: number } | { readonly error: string };
