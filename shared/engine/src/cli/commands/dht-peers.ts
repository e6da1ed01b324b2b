import type { Endpoint } from '../../interfaces/socket.js';
import { fromHex } from '../../utils/bytes.js';
import { formatEndpoint } from '../../utils/ip-address.js';
import { parseOne } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { dhtNodes, MAX_DHT_SEARCH_MS } from '../dht-nodes.js';
import type { CliHost, DhtAccess } from '../host.js';
import { NETWORK_OPTIONS } from '../network-options.js';

const INFO_HASH_BYTES = 20;

export const dhtPeers: Command = {
  usage: 'dht-peers <INFOHASH> [--dht-bootstrap HOST:PORT]... [--allow-local] [--json]',
  run: async (host, args) => {
    const options = {
      'allow-local': NETWORK_OPTIONS['allow-local'],
      'dht-bootstrap': NETWORK_OPTIONS['dht-bootstrap'],
      json: { type: 'boolean', default: false },
    } as const;
    const { values, positional } = parseOne(args, options, 'info-hash');
    const infoHash = fromHex(positional);
    if (infoHash?.length !== INFO_HASH_BYTES)
      throw new CliError('usage', `${positional} is no info-hash (40 hex digits)`);
    const bootstrap = dhtNodes(values['dht-bootstrap']);
    const access = await host.openDht({ bootstrap, allowLocalPeers: values['allow-local'] });
    const peers: string[] = [];
    try {
      await search(host, access, infoHash, (peer) => {
        peers.push(formatEndpoint(peer));
        if (!values.json) host.stdout.write(`${formatEndpoint(peer)}\n`);
      });
    } finally {
      access.close();
    }
    if (values.json) host.stdout.write(`${JSON.stringify({ infoHash: positional.toLowerCase(), peers })}\n`);
    if (peers.length === 0) throw new CliError('failed', 'the DHT knows no peer');
  },
};

/** Resolves when the search is over, has taken long enough or is interrupted. */
function search(
  { clock, interrupted }: CliHost,
  access: DhtAccess,
  infoHash: Uint8Array,
  onPeer: (peer: Endpoint) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const running = new AbortController();
    const end = (): void => {
      timer.cancel();
      interrupted.removeEventListener('abort', end);
      running.abort();
      resolve();
    };
    const timer = clock.setTimer(MAX_DHT_SEARCH_MS, end);
    interrupted.addEventListener('abort', end);
    access.findPeers(infoHash, { signal: running.signal, onPeer, onDone: end });
  });
}
