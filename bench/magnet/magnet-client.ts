import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../shared/engine/test/interop/peers/free-port.js';
import { JsonLinesProcess } from '../../shared/engine/test/interop/peers/json-lines.js';
import type { Scratch } from '../scratch.js';
import type { Way } from './magnet-swarm.js';

/**
 * Both from adding the link to a client that listens, and has joined the DHT if it does so before it has a torrent; our engine joins with
 * the first. libtorrent tells of a piece once its hash is right, our engine not before it is on disk too.
 */
export interface MagnetTimes {
  readonly metadataSeconds: number;
  readonly pieceSeconds: number;
}

/** Somebody who takes a magnet link. */
export interface MagnetClient {
  readonly name: string;
  readonly command: string;
  /** Beside this file. */
  readonly script: string;
  readonly debianPackage: string;
}

const NODE = { command: process.execPath, debianPackage: 'nodejs' };

export const MAGNET_CLIENTS: readonly MagnetClient[] = [
  { name: 'engine', script: 'engine-child.mjs', ...NODE },
  {
    name: 'libtorrent',
    script: 'libtorrent_child.py',
    command: '/usr/bin/python3',
    debianPackage: 'python3-libtorrent',
  },
  { name: 'webtorrent', script: 'webtorrent-child.mjs', ...NODE },
];

/** A fresh process fetches one link. */
export async function fetchMagnet(client: MagnetClient, way: Way, scratch: Scratch): Promise<MagnetTimes> {
  const { name, script, command, debianPackage } = client;
  const dir = await scratch.folder(name);
  const path = fileURLToPath(new URL(script, import.meta.url));
  const args = [path, String(await freePort()), ...(way.router === undefined ? [] : [way.router])];
  const child = new JsonLinesProcess({ command, args, debianPackage });
  try {
    await child.ask('start');
    return (await child.ask('add', { magnet: way.magnet, dir })) as MagnetTimes;
  } catch (error) {
    throw new Error(`${name}, ${way.name}: ${String(error)}\n${child.process.output}`, { cause: error });
  } finally {
    await child.process.stop();
    rmSync(dir, { recursive: true });
  }
}
