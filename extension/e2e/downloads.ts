import { readFile } from 'node:fs/promises';
import type { PeerEndpoint } from '../../shared/engine/test/interop/peers/index.js';
import type { RpcPage } from './harness.js';

/** The link with the address of one peer in it. */
export function withPeer(magnet: string, { host, port }: PeerEndpoint): string {
  return `${magnet}&x.pe=${host}:${port}`;
}

/** Hands a .torrent file to the engine, as a view does that it was dropped on. Returns the torrent's id. */
export async function addTorrentFile(rpc: RpcPage, path: string): Promise<string> {
  const metainfo = (await readFile(path)).toString('base64');
  return (await rpc.request('addTorrent', { metainfo, chooseFilesFirst: false })).torrentId;
}
