import type { HostSettings } from '../rpc/types.js';

/** More of a session file's host part is not read. */
const MAX_EXTRAS_BYTES = 64 * 1024;

/** What is in a session file beside the engine's own: the host's settings, and how the user likes the list to look. */
export interface SessionExtras {
  readonly settings: HostSettings;
  /** As the views wrote it. */
  readonly look: string | undefined;
}

export function encodeExtras(extras: SessionExtras): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(extras));
}

/** The file may come from anywhere: what is not of the right kind counts as not there; the settings are still to be looked at. */
export function decodeExtras(bytes: Uint8Array | undefined): { readonly settings: unknown; readonly look?: string } {
  if (!bytes || bytes.length > MAX_EXTRAS_BYTES) return { settings: undefined };
  try {
    const { settings, look } = Object(JSON.parse(new TextDecoder().decode(bytes))) as Readonly<Record<string, unknown>>;
    return { settings, ...(typeof look === 'string' ? { look } : {}) };
  } catch {
    return { settings: undefined };
  }
}
