/** How the native helper stands. Every kind but `ready` needs something of the user, except `connecting`. */
export type BridgeStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'helper-too-old'; readonly helperVersion: string }
  | { readonly kind: 'extension-too-old'; readonly helperVersion: string }
  | {
      readonly kind: 'ready';
      readonly helperVersion: string;
      /** How bytes travel: by native messaging alone, or by the loopback accelerator. */
      readonly lane: 'native' | 'fast';
    };

/** A folder that the user picked; it is the download root named `id`. */
export interface FolderStatus {
  readonly id: string;
  /** The folder's own name, without where it lies, which Chrome tells nobody. */
  readonly name: string;
  /** `prompt`: a click in a view gets it back (`requestPermission`); `missing`: it was moved, or its disk is not there. */
  readonly access: 'granted' | 'prompt' | 'denied' | 'missing';
}
