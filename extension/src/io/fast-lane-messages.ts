import type { FastLaneOffer } from '@jstorrent/bridge-protocol';

/** To the lane worker. `buffer` goes back for the next read. */
export type ToLaneWorker =
  | { readonly type: 'open'; readonly offer: FastLaneOffer }
  | { readonly type: 'startReading' }
  | { readonly type: 'send'; readonly frames: Uint8Array<ArrayBuffer> }
  | { readonly type: 'recycle'; readonly buffer: ArrayBuffer };

/** From the lane worker. */
export type FromLaneWorker =
  | { readonly type: 'frames'; readonly frames: Uint8Array<ArrayBuffer> }
  | { readonly type: 'lost'; readonly reason: string };
