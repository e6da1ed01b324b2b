import { AddressPolicy, scopeOf } from '../core/address-policy.js';
import { Client } from '../core/client.js';
import { UdpPort } from '../core/udp-port.js';
import type { IClock } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import {
  freeBytes,
  NodeClock,
  NodeFileSystem,
  NodeHasher,
  NodeHttpClient,
  NodeRandom,
  NodeSocketFactory,
} from '../io/node/index.js';
import { dhtDiscovery } from '../dht/dht-discovery.js';
import { Dht, type DhtOptions } from '../dht/dht.js';
import { localDiscovery } from '../lsd/local-discovery.js';
import { trackerCreator, trackerFactory } from '../tracker/create-trackers.js';
import { CliError } from './cli-error.js';
import type { Command } from './command.js';
import { create } from './commands/create.js';
import { dhtPeers } from './commands/dht-peers.js';
import { download } from './commands/download.js';
import { info } from './commands/info.js';
import { scrape } from './commands/scrape.js';
import { seed } from './commands/seed.js';
import type { CliHost, DhtAccess, Output, TrackerAccess } from './host.js';
import { lineLogger, silentLogger } from './loggers.js';
import { printable } from './text.js';
import { allowsAddress, allowsTrackerAddress } from './tracker-address.js';
import { TransientSessionStore } from './transient-session-store.js';
import { VERSION } from './version.js';

const COMMANDS: Readonly<Record<string, Command>> = { download, seed, create, info, scrape, 'dht-peers': dhtPeers };

const EXIT_OK = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs one command line and returns the exit code: 0 only when all that was asked for is done and verified. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--version') {
    process.stdout.write(`${VERSION}\n`);
    return EXIT_OK;
  }
  if (name === '--help' || name === 'help') {
    process.stdout.write(help());
    return EXIT_OK;
  }
  const host = createHost();
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new CliError('usage', `${name} is no command (see jstorrent --help)`);
    await command.run(host, rest);
    return EXIT_OK;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    host.stderr.write(`jstorrent: ${printable(reason)}\n`);
    return error instanceof CliError && error.code === 'usage' ? EXIT_USAGE : EXIT_FAILED;
  }
}

function help(): string {
  const lines = Object.values(COMMANDS).map(({ usage }) => `  jstorrent ${usage}`);
  return `JSTorrent ${VERSION}, a BitTorrent client for the command line\n\n${lines.join('\n')}\n`;
}

function createHost(): CliHost {
  const stderr = outputOf(process.stderr);
  const clock = new NodeClock();
  const hasher = new NodeHasher();
  const random = new NodeRandom();
  return {
    stdout: outputOf(process.stdout),
    stderr,
    clock,
    hasher,
    interrupted: firstInterrupt(),
    openFolder: (path) => new NodeFileSystem(path),
    createClient: ({ folder, settings, isVerbose }) => {
      const isLocalAllowed = settings.allowLocalPeers === true;
      const http = new NodeHttpClient({ allowAddress: (ip, hop) => isLocalAllowed || allowsTrackerAddress(ip, hop) });
      const sockets = new NodeSocketFactory({
        allowAddress: (ip, options) => isLocalAllowed || allowsAddress(ip, options),
      });
      const logger = isVerbose ? lineLogger(stderr) : silentLogger;
      return new Client({
        sockets,
        hasher,
        clock,
        random,
        store: new TransientSessionStore(),
        logger,
        roots: new Map([
          ['default', { kind: 'direct', files: new NodeFileSystem(folder), freeBytes: () => freeBytes(folder) }],
        ]),
        createDiscoveries: [
          dhtDiscovery({ clock, random, hasher, logger }),
          localDiscovery({ sockets, clock, random, logger }),
        ],
        createTrackers: trackerFactory({ http, clock, random }),
        settings,
        version: VERSION,
      });
    },
    createHttpClient: ({ allowLocal }) =>
      new NodeHttpClient({ allowAddress: (ip) => allowLocal || scopeOf(ip) === 'public' }),
    openTrackers: ({ allowLocal }) => openTrackers({ clock, random }, { allowLocal }),
    openDht: ({ bootstrap, allowLocalPeers }) => {
      const policy = new AddressPolicy({ allowLocalPeers });
      return openDht({ clock, random, hasher, bootstrap }, policy);
    },
  };
}

async function openTrackers(
  host: { readonly clock: IClock; readonly random: IRandom },
  { allowLocal }: { readonly allowLocal: boolean },
): Promise<TrackerAccess> {
  const sockets = new NodeSocketFactory({ allowAddress: (ip, options) => allowLocal || allowsAddress(ip, options) });
  const udp = new UdpPort({ ...host, sockets, logger: silentLogger });
  await udp.open(0);
  const http = new NodeHttpClient({ allowAddress: (ip, hop) => allowLocal || allowsTrackerAddress(ip, hop) });
  const create = trackerCreator({ ...host, http }, udp);
  /** A scrape tells nothing of this. */
  const nobody = {
    peerId: new Uint8Array(20),
    port: () => 0,
    stats: () => ({ uploaded: 0, downloaded: 0, left: 0 }),
    key: 0,
  };
  return {
    create: (url, infoHash) => create(url, { ...nobody, infoHash, userAgent: `JSTorrent/${VERSION}` }),
    close: () => udp.close(),
  };
}

async function openDht(
  options: Pick<DhtOptions, 'clock' | 'random' | 'hasher' | 'bootstrap'>,
  policy: AddressPolicy,
): Promise<DhtAccess> {
  const sockets = new NodeSocketFactory({ allowAddress: (ip) => policy.allowLocalPeers || scopeOf(ip) === 'public' });
  const udp = new UdpPort({ ...options, sockets, logger: silentLogger });
  await udp.open(0);
  const dht = new Dht({
    ...options,
    socket: { send: (data, to) => void udp.send(data, to) },
    logger: silentLogger,
    addresses: {
      allows: (endpoint) => policy.allows(endpoint, 'dht'),
      identity: (endpoint) => policy.identity(endpoint),
    },
    isReadOnly: true,
  });
  udp.on('krpc', (data, from) => {
    dht.receive(data, from);
  });
  dht.start();
  return {
    findPeers: (infoHash, search) => {
      dht.findPeers(infoHash, search);
    },
    scrape: (infoHash, search) => dht.scrape(infoHash, search),
    close: () => {
      dht.close();
      udp.close();
    },
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY,
    columns: stream.isTTY ? stream.columns : 80,
  };
}

/** The first Ctrl-C ends in good order, a second one at once. */
function firstInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
