import type { AddSource } from '../core/add-source.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import type { CliHost } from './host.js';
import { readUserFile } from './read-file.js';

/** A magnet link as it stands, or the .torrent file of that name. Throws `CliError` when the file cannot be read. */
export async function readSource(host: Pick<CliHost, 'openFolder'>, text: string): Promise<AddSource> {
  if (/^\s*magnet:/i.test(text)) return { magnet: text };
  return { metainfo: await readUserFile(host, text, { maxBytes: DEFAULT_SETTINGS.maxMetadataBytes }) };
}
