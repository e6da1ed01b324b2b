import type { Client } from '@jstorrent/engine';
import type { HostLink, OpenHostLink } from '@jstorrent/engine/crashes';
import { SilentLogger } from '@jstorrent/engine/testing';
import { BridgeHttpClient } from '../../src/io/bridge-http.js';
import type { BridgeSession } from '../../src/lib/bridge-session.js';
import { Sockets } from '../../src/lib/sockets.js';
import { BridgeLink } from '../../src/offscreen/bridge-link.js';
import { Reannouncer } from '../../src/offscreen/reannouncer.js';
import { VirtualBridge } from './virtual-bridge.js';

/** The extension's whole way to the network, as its document composes it, with a helper in memory at the far end. */
export const bridgedHost =
  ({ isFast }: { readonly isFast: boolean }): OpenHostLink =>
  ({ faults, host, http }): HostLink => {
    const { clock } = faults;
    let client: Client | undefined;
    let bridge: VirtualBridge | undefined;
    const session = (): BridgeSession | undefined => link.session;
    const reannouncer = new Reannouncer({
      clock,
      announceStarted: () => {
        for (const torrent of client?.torrents ?? []) torrent.network?.trackers.announceStarted();
      },
      announceNow: () => undefined,
    });
    const link = new BridgeLink({
      clock,
      logger: new SilentLogger(),
      version: '0.1.0',
      openHelper: () => {
        bridge = new VirtualBridge(faults, { host, http });
        return Promise.resolve(bridge.helperPort);
      },
      openFastLane: (_offer, handlers) => {
        if (!bridge) throw new Error('an offer without a helper');
        return bridge.joinFastLane(handlers);
      },
      isFastLaneWanted: () => isFast,
      onStatus: () => undefined,
      onReady: (ready) => void client?.relisten().then(() => reannouncer.onReady(ready)),
    });
    link.start();
    return {
      sockets: new Sockets(session),
      http: new BridgeHttpClient(session),
      ready: link.firstOutcome,
      serve: (served) => {
        client = served;
        reannouncer.onStart(link.session);
      },
    };
  };
