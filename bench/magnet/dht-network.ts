import { fileURLToPath } from 'node:url';
import { freePort } from '../../shared/engine/test/interop/peers/free-port.js';
import { JsonLinesProcess } from '../../shared/engine/test/interop/peers/json-lines.js';
import { waitUntil } from '../../shared/engine/test/interop/peers/wait-until.js';

const SCRIPT = fileURLToPath(new URL('dht_nodes.py', import.meta.url));
const NODES = 10;
const TIMEOUT_MS = 90_000;

/** A DHT of libtorrent nodes on loopback. */
export class DhtNetwork {
  private constructor(
    private readonly child: JsonLinesProcess,
    /** `host:port` of the node that everybody starts from. */
    readonly router: string,
  ) {}

  /** Resolves once every node knows all others. */
  static async start(): Promise<DhtNetwork> {
    const port = await freePort();
    const args = [SCRIPT, String(port), String(NODES)];
    const child = new JsonLinesProcess({ command: '/usr/bin/python3', args, debianPackage: 'python3-libtorrent' });
    const network = new DhtNetwork(child, `127.0.0.2:${port}`);
    try {
      await network.#wait('the DHT knows itself', (counts) => counts.every((count) => count >= NODES - 1));
      return network;
    } catch (error) {
      await network.stop();
      throw error;
    }
  }

  /** Waits until nodes know somebody beside each other. */
  newcomer(): Promise<void> {
    return this.#wait('a client joins the DHT', (counts) => counts.some((count) => count >= NODES));
  }

  /** Waits until the nodes name a peer, `host:port`, of a torrent, `infoHash` in hex. */
  async announced(infoHash: string, peer: string): Promise<void> {
    const isListed = async () => ((await this.child.ask('find', { infoHash })) as readonly string[]).includes(peer);
    await waitUntil(isListed, { timeoutMs: TIMEOUT_MS, what: `${peer} is announced in the DHT` });
  }

  stop(): Promise<void> {
    return this.child.process.stop();
  }

  async #wait(what: string, isEnough: (counts: readonly number[]) => boolean): Promise<void> {
    let counts: readonly number[] = [];
    const probe = async () => {
      counts = (await this.child.ask('counts')) as readonly number[];
      return isEnough(counts);
    };
    const details = () => `${JSON.stringify(counts)}\n${this.child.process.output}`;
    await waitUntil(probe, { timeoutMs: TIMEOUT_MS, what, details });
  }
}
