/** One life of the helper, as the service worker hands it over. */
export interface HelperPort {
  readonly port: MessagePort;
  /** `listener` is called when the other end is gone: the service worker, or at the worker's end the document. */
  onGone(listener: () => void): void;
  /** Ends the helper. Idempotent. */
  close(): void;
}

/**
 * What passes the message port between the engine's document and the service worker, which owns the native port: frames as bytes, whose
 * buffers are transferred. Base64 exists only on the worker's far side.
 */
export type ToHelper = { readonly hello: unknown } | { readonly frames: Uint8Array<ArrayBuffer> };

export type FromHelper =
  | { readonly hello: unknown }
  | { readonly frames: Uint8Array<ArrayBuffer> }
  /** The native port is gone, with the browser's reason. */
  | { readonly closed: string };
