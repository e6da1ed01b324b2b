import { MAX_TORRENT_FILE_BYTES } from '../../rpc/types.js';

const INFO_HASH = /^(?:[0-9a-f]{40}|[a-z2-7]{32})$/i;

/** The magnet links in what somebody pasted or dropped, one a line; a bare info-hash counts as one. */
export function findMagnets(text: string): readonly string[] {
  const magnets = new Set<string>();
  for (const line of text.split(/\s+/)) {
    if (/^magnet:\?/i.test(line)) magnets.add(line);
    else if (INFO_HASH.test(line)) magnets.add(`magnet:?xt=urn:btih:${line}`);
  }
  return [...magnets];
}

/** The web address that somebody pasted or dropped, if that is all there is: it may lead to a .torrent file. */
export function findUrl(text: string): string | undefined {
  const url = text.trim();
  return /^https?:\/\/\S+$/i.test(url) && URL.canParse(url) ? url : undefined;
}

export type TorrentFileResult = { readonly metainfo: string } | { readonly problem: string };

/** Reads a .torrent file for `addTorrent`; `problem` is an error code. */
export async function readTorrentFile(file: File): Promise<TorrentFileResult> {
  if (!file.name.toLowerCase().endsWith('.torrent')) return { problem: 'not-torrent-file' };
  if (file.size > MAX_TORRENT_FILE_BYTES) return { problem: 'over-limit' };
  try {
    return { metainfo: new Uint8Array(await file.arrayBuffer()).toBase64() };
  } catch {
    return { problem: 'file-unreadable' };
  }
}
