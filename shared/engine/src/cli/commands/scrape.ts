import { type DescribedSource, describeSource } from '../../core/add-source.js';
import { DEFAULT_SETTINGS } from '../../core/settings.js';
import type { ScrapeResult as DhtScrapeResult } from '../../dht/scrape.js';
import { type ScrapeResult, TrackerError } from '../../interfaces/tracker.js';
import { MagnetError } from '../../protocol/magnet.js';
import { MetainfoError } from '../../protocol/metainfo-error.js';
import { fromHex } from '../../utils/bytes.js';
import { parseOne } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { dhtNodes, MAX_DHT_SEARCH_MS } from '../dht-nodes.js';
import type { CliHost, TrackerAccess } from '../host.js';
import { NETWORK_OPTIONS } from '../network-options.js';
import { readSource } from '../source.js';
import { printable } from '../text.js';

/** Why somebody said nothing. */
interface Failure {
  readonly error: string;
}

/** What one tracker said, or why it said nothing. */
type Line = { readonly url: string } & (ScrapeResult | Failure);

export const scrape: Command = {
  usage: 'scrape <magnet|.torrent|URL> [--dht] [--dht-bootstrap HOST:PORT]... [--allow-local] [--json]',
  run: async (host, args) => {
    const options = {
      dht: { type: 'boolean', default: false },
      'allow-local': NETWORK_OPTIONS['allow-local'],
      'dht-bootstrap': NETWORK_OPTIONS['dht-bootstrap'],
      json: { type: 'boolean', default: false },
    } as const;
    const { values, positional } = parseOne(args, options, 'magnet link, .torrent file or URL of one');
    const bootstrap = dhtNodes(values['dht-bootstrap']);
    const allowLocal = values['allow-local'];
    const torrent = await describe(host, positional, { allowLocal });
    const urls = [...new Set(torrent.trackers.flat())];
    if (urls.length === 0 && !values.dht) throw new CliError('failed', 'it names no tracker; --dht asks the DHT');
    const [trackers, dht] = await Promise.all([
      askTrackers(host, torrent, { urls, allowLocal }),
      values.dht ? askDht(host, torrent, { bootstrap, allowLocalPeers: allowLocal }) : undefined,
    ]);
    const text = [...trackers.map(textOf), ...(dht ? [textOfDht(dht)] : [])].join('');
    host.stdout.write(values.json ? `${JSON.stringify({ infoHash: torrent.id, trackers, dht })}\n` : text);
    const hasAnswer = [...trackers, dht].some((answer) => answer && !('error' in answer));
    if (!hasAnswer) throw new CliError('failed', values.dht ? 'nobody answered' : 'no tracker answered');
  },
};

async function askTrackers(
  host: CliHost,
  { id }: DescribedSource,
  { urls, allowLocal }: { readonly urls: readonly string[]; readonly allowLocal: boolean },
): Promise<readonly Line[]> {
  if (urls.length === 0) return [];
  const access = await host.openTrackers({ allowLocal });
  const infoHash = fromHex(id) as Uint8Array;
  try {
    return await Promise.all(urls.map((url) => ask(access, { url, infoHash, signal: host.interrupted })));
  } finally {
    access.close();
  }
}

/** An estimate (BEP 33). */
async function askDht(
  host: CliHost,
  { id, isPrivate }: DescribedSource,
  options: Parameters<CliHost['openDht']>[0],
): Promise<DhtScrapeResult | Failure> {
  if (isPrivate) return { error: 'A private torrent is not looked up in the DHT' };
  const access = await host.openDht(options);
  const running = new AbortController();
  const end = (): void => running.abort();
  const timer = host.clock.setTimer(MAX_DHT_SEARCH_MS, end);
  host.interrupted.addEventListener('abort', end);
  try {
    const result = await access.scrape(fromHex(id) as Uint8Array, { signal: running.signal });
    return result ?? { error: 'No node answers' };
  } finally {
    timer.cancel();
    host.interrupted.removeEventListener('abort', end);
    access.close();
  }
}

async function describe(host: CliHost, positional: string, options: { readonly allowLocal: boolean }) {
  try {
    const source = await readSource(host, positional, options);
    return await describeSource(source, host.hasher, DEFAULT_SETTINGS.maxMetadataBytes);
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

function textOfDht(answer: DhtScrapeResult | Failure): string {
  if ('error' in answer) return `DHT  failed: ${answer.error}\n`;
  return `DHT  seeds about ${answer.seeds}, leechers about ${answer.peers}\n`;
}

function countsOf({ seeds, leechers, downloads }: ScrapeResult): string {
  const counts = [seeds, leechers, downloads].map((count) => count?.toString() ?? 'unknown');
  return `seeds ${counts[0] ?? ''}, leechers ${counts[1] ?? ''}, downloads ${counts[2] ?? ''}`;
}
