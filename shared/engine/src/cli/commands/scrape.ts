import { describeSource } from '../../core/add-source.js';
import { DEFAULT_SETTINGS } from '../../core/settings.js';
import { type ScrapeResult, TrackerError } from '../../interfaces/tracker.js';
import { MagnetError } from '../../protocol/magnet.js';
import { MetainfoError } from '../../protocol/metainfo-error.js';
import { fromHex } from '../../utils/bytes.js';
import { parseOne } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import type { CliHost, TrackerAccess } from '../host.js';
import { readSource } from '../source.js';
import { printable } from '../text.js';

/** What one tracker said, or why it said nothing. */
type Line = { readonly url: string } & (ScrapeResult | { readonly error: string });

export const scrape: Command = {
  usage: 'scrape <magnet|.torrent|URL> [--json]',
  run: async (host, args) => {
    const options = { json: { type: 'boolean', default: false } } as const;
    const { values, positional } = parseOne(args, options, 'magnet link, .torrent file or URL of one');
    const { id, trackers } = await describe(host, positional);
    const urls = [...new Set(trackers.flat())];
    if (urls.length === 0) throw new CliError('failed', 'it names no tracker');
    const access = await host.openTrackers();
    try {
      const asked = urls.map((url) =>
        ask(access, { url, infoHash: fromHex(id) as Uint8Array, signal: host.interrupted }),
      );
      const lines = await Promise.all(asked);
      host.stdout.write(
        values.json ? `${JSON.stringify({ infoHash: id, trackers: lines })}\n` : lines.map(textOf).join(''),
      );
      if (lines.every((line) => 'error' in line)) throw new CliError('failed', 'no tracker answered');
    } finally {
      access.close();
    }
  },
};

async function describe(host: CliHost, positional: string) {
  try {
    return await describeSource(await readSource(host, positional), host.hasher, DEFAULT_SETTINGS.maxMetadataBytes);
  } catch (error) {
    if (!(error instanceof MagnetError || error instanceof MetainfoError)) throw error;
    throw new CliError('failed', error.message, { cause: error });
  }
}

async function ask(
  access: TrackerAccess,
  { url, infoHash, signal }: { readonly url: string; readonly infoHash: Uint8Array; readonly signal: AbortSignal },
): Promise<Line> {
  const tracker = access.create(url, infoHash);
  if (!tracker) return { url, error: 'Not a valid address' };
  try {
    return { url, ...(await tracker.scrape({ signal })) };
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    return { url, error: error.message };
  } finally {
    tracker.close();
  }
}

function textOf(line: Line): string {
  const said = 'error' in line ? `failed: ${line.error}` : countsOf(line);
  return `${printable(line.url)}  ${printable(said)}\n`;
}

function countsOf({ seeds, leechers, downloads }: ScrapeResult): string {
  const counts = [seeds, leechers, downloads].map((count) => count?.toString() ?? 'unknown');
  return `seeds ${counts[0] ?? ''}, leechers ${counts[1] ?? ''}, downloads ${counts[2] ?? ''}`;
}
