import type { BridgeStatus, FolderStatus } from './host-status.js';

/** What the self-test measured; of what could not be measured there is nothing. Sizes are small and bounded, so figures are about right. */
export interface SelfTestReport {
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
  /** Of the extension. */
  readonly version: string;
  readonly bridge: BridgeStatus;
  /** To the helper and back, the median of a few. */
  readonly roundTripMs?: number | undefined;
  /** The setting. */
  readonly isFastLaneWanted: boolean;
  /** Through the helper and back, both ways at once. */
  readonly laneBytesPerSecond?: number | undefined;
  /** A datagram went through the helper and back. */
  readonly isUdpWorking?: boolean | undefined;
  /** Undefined while not listening. */
  readonly listenPort?: number | undefined;
  /** When a peer on the Internet connected to us by itself; milliseconds since 1970. */
  readonly peerAt?: number | undefined;
  /** The same of a query of the DHT. */
  readonly queryAt?: number | undefined;
  readonly isDhtEnabled: boolean;
  /** Nodes that answer; undefined while the DHT rests. */
  readonly dhtNodes?: number | undefined;
  /** Of the browser's own storage. */
  readonly disk:
    | { readonly writeBytesPerSecond: number; readonly readBytesPerSecond: number }
    /** The code of a `FileSystemError`, or `timeout`. */
    | { readonly problem: string };
  readonly hashBytesPerSecond?: number | undefined;
  readonly folders: readonly FolderStatus[];
}
