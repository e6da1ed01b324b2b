import type { CloseCode, CloseReason } from '@jstorrent/bridge-protocol';
/** A failure that already knows what the extension is told. */
export declare class BridgeFailure extends Error implements CloseReason {
  readonly code: CloseCode;
  readonly name = 'BridgeFailure';
  constructor(
    code: CloseCode,
    message: string,
    options?: {
      cause?: unknown;
    },
  );
}
/** What the extension is told about an error of Node. */
export declare function closeReason(error: unknown): CloseReason;
