import { Dht, type Announcement, type Endpoint, type SearchSummary } from '../../../src/index.js';
import { NodeClock, NodeHasher, NodeRandom, NodeSocketFactory } from '../../../src/io/node/index.js';
import { fromHex } from '../../../src/utils/bytes.js';
import { formatEndpoint } from '../../../src/utils/ip-address.js';
import { SilentLogger } from '../../mocks/index.js';
import { freePort } from './free-port.js';

/** Our own DHT on a real UDP port of loopback, where each port is a node of its own. */
export class OwnDht {
  private constructor(
    readonly dht: Dht,
    readonly endpoint: Endpoint,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(bootstrap: readonly Endpoint[], host = '127.0.0.1'): Promise<OwnDht> {
    const socket = await new NodeSocketFactory().bindUdp({ host, port: await freePort() });
    const dht = new Dht({
      socket,
      clock: new NodeClock(),
      random: new NodeRandom(),
      hasher: new NodeHasher(),
      logger: new SilentLogger(),
      addresses: { allows: () => true, identity: formatEndpoint },
      bootstrap,
    });
    socket.setHandlers({ onMessage: (data, from) => dht.receive(data, from), onClose: () => undefined });
    dht.start();
    return new OwnDht(dht, socket.localEndpoint, () => {
      dht.close();
      socket.close();
      return Promise.resolve();
    });
  }

  /** One search, and an announce if told; `peers` as `host:port`. */
  async search(
    infoHash: string,
    announce?: Announcement,
  ): Promise<{ readonly peers: readonly string[]; readonly summary: SearchSummary }> {
    const peers: string[] = [];
    const summary = await new Promise<SearchSummary>((resolve) => {
      this.dht.findPeers(fromHex(infoHash) ?? new Uint8Array(20), {
        announce,
        onPeer: (peer) => void peers.push(formatEndpoint(peer)),
        onDone: resolve,
      });
    });
    return { peers, summary };
  }
}
