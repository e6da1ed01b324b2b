import type { AddSource } from '../../core/add-source.js';
import type { IHasher } from '../../interfaces/hasher.js';
import { MagnetError, parseMagnet } from '../../protocol/magnet.js';
import { MetainfoError } from '../../protocol/metainfo-error.js';
import { parseMetainfo } from '../../protocol/metainfo.js';
import { toHex } from '../../utils/bytes.js';
import { parseOne } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { readSource } from '../source.js';
import { formatBytes, printable } from '../text.js';

/** What a .torrent file or a link says of itself; what it does not say is left out of the JSON. */
interface TorrentFacts {
  readonly infoHash: string;
  readonly name: string | undefined;
  readonly trackers: readonly string[];
  readonly peers?: readonly string[];
  readonly totalBytes: number | undefined;
  readonly pieceLength?: number;
  readonly pieceCount?: number;
  readonly isPrivate?: boolean;
  readonly comment?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly files?: readonly { readonly path: string; readonly length: number }[];
}

export const info: Command = {
  usage: 'info <.torrent|magnet|URL> [--json]',
  run: async (host, args) => {
    const options = { json: { type: 'boolean', default: false } } as const;
    const { values, positional } = parseOne(args, options, 'magnet link, .torrent file or URL of one');
    const facts = await factsOf(await readSource(host, positional), host.hasher);
    host.stdout.write(values.json ? `${JSON.stringify(facts)}\n` : describe(facts));
  },
};

async function factsOf(source: AddSource, hasher: IHasher): Promise<TorrentFacts> {
  try {
    return 'magnet' in source ? factsOfMagnet(source.magnet) : await factsOfMetainfo(source.metainfo, hasher);
  } catch (error) {
    if (!(error instanceof MagnetError || error instanceof MetainfoError)) throw error;
    throw new CliError('failed', error.message, { cause: error });
  }
}

function factsOfMagnet(link: string): TorrentFacts {
  const { infoHash, name, trackers, peers, exactLength } = parseMagnet(link);
  const addresses = peers.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return { infoHash: toHex(infoHash), name, trackers, peers: addresses, totalBytes: exactLength };
}

async function factsOfMetainfo(bytes: Uint8Array, hasher: IHasher): Promise<TorrentFacts> {
  const { info, infoHashSource, announceTiers, comment, createdBy } = parseMetainfo(bytes);
  const { digest } = await hasher.sha1(infoHashSource.slice());
  return {
    infoHash: toHex(digest),
    name: info.name,
    trackers: announceTiers.flat(),
    totalBytes: info.totalLength,
    pieceLength: info.pieceLength,
    pieceCount: info.pieceCount,
    isPrivate: info.isPrivate,
    comment,
    createdBy,
    files: info.files.map(({ path, length }) => ({ path: path.join('/'), length })),
  };
}

function describe(facts: TorrentFacts): string {
  const lines: string[] = [];
  const say = (label: string, value: string | undefined) => {
    if (value !== undefined && value !== '') lines.push(`${label.padEnd(12)}${printable(value)}`);
  };
  say('Name', facts.name);
  say('Info-hash', facts.infoHash);
  if (facts.totalBytes !== undefined) say('Size', `${formatBytes(facts.totalBytes)} (${facts.totalBytes} bytes)`);
  if (facts.pieceLength !== undefined) say('Pieces', `${facts.pieceCount ?? 0} of ${formatBytes(facts.pieceLength)}`);
  if (facts.isPrivate === true) say('Private', 'yes');
  say('Comment', facts.comment);
  say('Made by', facts.createdBy);
  for (const tracker of facts.trackers) say('Tracker', tracker);
  for (const peer of facts.peers ?? []) say('Peer', peer);
  for (const { path, length } of facts.files ?? []) say('File', `${path}  ${formatBytes(length)}`);
  return `${lines.join('\n')}\n`;
}
