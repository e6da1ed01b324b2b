import type { AddSource } from '../core/add-source.js';
import { fetchTorrent, TorrentFetchError } from '../core/fetch-torrent.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import { HttpError } from '../interfaces/http.js';
import { CliError } from './cli-error.js';
import type { CliHost } from './host.js';
import { readUserFile } from './read-file.js';

const MAX_TORRENT_FILE_BYTES = DEFAULT_SETTINGS.maxMetadataBytes;

/**
 * A magnet link as it stands, the .torrent file of that name, or the one at that http(s) address. Throws {@link CliError} when it cannot be
 * read. `allowLocal`: addresses of this machine and its LAN may be asked too.
 */
export async function readSource(
  host: Pick<CliHost, 'openFolder' | 'createHttpClient' | 'interrupted'>,
  text: string,
  { allowLocal }: { readonly allowLocal: boolean } = { allowLocal: false },
): Promise<AddSource> {
  if (/^\s*magnet:/i.test(text)) return { magnet: text };
  if (!/^https?:\/\//i.test(text))
    return { metainfo: await readUserFile(host, text, { maxBytes: MAX_TORRENT_FILE_BYTES }) };
  try {
    const options = { maxBytes: MAX_TORRENT_FILE_BYTES, signal: host.interrupted };
    return { metainfo: await fetchTorrent(host.createHttpClient({ allowLocal }), text, options) };
  } catch (error) {
    if (!(error instanceof HttpError || error instanceof TorrentFetchError)) throw error;
    throw new CliError('failed', `${text}: ${error.message}`, { cause: error });
  }
}
