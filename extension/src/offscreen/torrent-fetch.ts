import type { IHttpClient } from '@jstorrent/engine';
import { RpcError } from '../rpc/rpc-error.js';
import { MAX_TORRENT_FILE_BYTES } from '../rpc/types.js';

/** For the whole exchange: a large file over a slow line. */
const FETCH_TIMEOUT_MS = 60_000;

const STATUS_CODES: ReadonlyMap<number, string> = new Map([
  [401, 'http-forbidden'],
  [403, 'http-forbidden'],
  [404, 'http-not-found'],
  [410, 'http-not-found'],
]);

/** The file at `url`; whether it is a .torrent file is for others to say. Throws `HttpError`, or `RpcError` for what the server refuses. */
export async function fetchTorrent(http: IHttpClient, url: string): Promise<Uint8Array> {
  const { status, body } = await http.get({ url, timeoutMs: FETCH_TIMEOUT_MS, maxBytes: MAX_TORRENT_FILE_BYTES });
  if (status !== 200) throw new RpcError(STATUS_CODES.get(status) ?? 'http-status', `The server answered ${status}.`);
  return body;
}
