import type { FastLaneOffer } from '@jstorrent/bridge-protocol';

/**
 * To the lane worker. `idle` are buffers for the next reads, all that came with one message: they travel with the frames that the bytes in them gave rise to, because
 * every message wakes a sleeping thread, which costs more than what it carries.
 */
export type ToLaneWorker =
  | { readonly type: 'open'; readonly offer: FastLaneOffer }
  | { readonly type: 'startReading' }
  | {
      readonly type: 'send';
      readonly frames: Uint8Array<ArrayBuffer> | undefined;
      readonly idle: readonly ArrayBuffer[];
    };

/** From the lane worker. `sent` are buffers of frames that are on their way, to be filled again. */
export type FromLaneWorker =
  | {
      readonly type: 'frames';
      readonly frames: readonly Uint8Array<ArrayBuffer>[];
      readonly sent: readonly ArrayBuffer[];
    }
  | { readonly type: 'lost'; readonly reason: string };
