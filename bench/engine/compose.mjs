import { Client, trackerFactory } from '@jstorrent/engine';
import { NodeClock, NodeHasher, NodeHttpClient, NodeRandom, NodeSocketFactory } from '@jstorrent/engine/node';

/**
 * Our engine on Node as it is built, composed as the command line composes it. All of it on this machine; `settings` go over that.
 * `createDiscoveries`: made of the parts that it shares with the client.
 */
export function composeClient({ store, files, settings, createDiscoveries = () => [] }) {
  const [clock, random, hasher] = [new NodeClock(), new NodeRandom(), new NodeHasher()];
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  return new Client({
    sockets: new NodeSocketFactory(),
    hasher,
    clock,
    random,
    store,
    logger,
    roots: new Map([['default', { kind: 'direct', files }]]),
    createDiscoveries: createDiscoveries({ clock, random, hasher, logger }),
    createTrackers: trackerFactory({ http: new NodeHttpClient({ allowAddress: () => true }), clock, random }),
    settings: { allowLocalPeers: true, enableDht: false, enableLsd: false, ...settings },
    version: '0.0.0',
  });
}
