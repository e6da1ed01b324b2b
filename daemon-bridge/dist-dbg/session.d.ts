import { BridgeProtocolError, type FrameSink } from '@jstorrent/bridge-protocol';
import type { NativeWriter } from './native-messaging.js';
import type { NetworkPolicy } from './network-policy.js';
import type { StoppedRequests } from './stopped-requests.js';
export interface SessionOptions {
  readonly native: NativeWriter;
  /** `chrome-extension://ID` of the extension that Chrome has started the helper for. */
  readonly origin: string;
  readonly policy: NetworkPolicy;
  readonly stoppedRequests: StoppedRequests;
  /** The session cannot go on; called when the extension has been told. */
  onFatal(): void;
}
/** The conversation with the extension, from its hello to the end of the port; see `frames.ts` of the bridge protocol. */
export declare class Session implements FrameSink {
  #private;
  constructor(options: SessionOptions);
  /** One native message. */
  receive(message: unknown): void;
  /** Releases every socket and the fast lane. */
  close(): void;
  onFrame(opcode: number, socketId: number, payload: Uint8Array): void;
  onBadFrame(socketId: number, error: BridgeProtocolError): void;
}
