import type { IHttpClient } from '../interfaces/http.js';

/** For the whole exchange: a large file over a slow line. */
const FETCH_TIMEOUT_MS = 60_000;

type TorrentFetchErrorCode = 'http-forbidden' | 'http-not-found' | 'http-status';

/** The server answered, but did not send the file. */
export class TorrentFetchError extends Error {
  override readonly name = 'TorrentFetchError';
  constructor(
    readonly code: TorrentFetchErrorCode,
    message: string,
  ) {
    super(message);
  }
}

const STATUS_CODES: ReadonlyMap<number, TorrentFetchErrorCode> = new Map([
  [401, 'http-forbidden'],
  [403, 'http-forbidden'],
  [404, 'http-not-found'],
  [410, 'http-not-found'],
]);

/**
 * The file at `url`; whether it is a .torrent file is for others to say. Rejects with `HttpError` (`too-large` beyond `maxBytes`), or
 * {@link TorrentFetchError} for what the server refuses.
 */
export async function fetchTorrent(
  http: IHttpClient,
  url: string,
  options: { readonly maxBytes: number; readonly signal?: AbortSignal },
): Promise<Uint8Array> {
  const { status, body } = await http.get({ url, timeoutMs: FETCH_TIMEOUT_MS, ...options });
  if (status === 200) return body;
  throw new TorrentFetchError(STATUS_CODES.get(status) ?? 'http-status', `The server answered ${status}.`);
}
