/** Which way bytes travel between the helper and the extension. */
export type Lane = 'native' | 'fast';

/** To the null engine, by `runtime.sendMessage`. */
export type NullEngineRequest =
  /** Connect with the helper over one lane. */
  | { readonly type: 'openLane'; readonly lane: Lane }
  /** Dial a port of this machine, take so many bytes and throw them away. */
  | { readonly type: 'receive'; readonly port: number; readonly bytes: number };

/** `at`: when it was done, in ms since 1970. */
export type NullEngineReply = { readonly at: number } | { readonly error: string };
