import { HttpError, type HttpRequest, type HttpResponse } from '../../src/interfaces/http.js';
import { encode } from '../../src/protocol/bencode-encoder.js';

/** Trackers without a network, one a host: compact replies (BEP 23) with everybody else that announced the same torrent there. */
export class MemoryTracker {
  readonly #swarms = new Map<string, Map<string, { readonly ip: string; readonly port: number }>>();
  /** Events in the order they came, such as `10.0.0.2 started`. */
  readonly log: string[] = [];
  /** By host: what it said it had left, in the order it came. */
  readonly lefts = new Map<string, number[]>();
  /** Requests are taken and never answered. */
  isHanging = false;
  /** Hosts whose requests fail. */
  readonly down = new Set<string>();

  /** The HTTP handler as the host at `ip` reaches it. */
  handlerFor(ip: string): (request: HttpRequest) => HttpResponse | Promise<HttpResponse> {
    return ({ url, family }) => {
      if (family !== undefined && family !== (ip.includes(':') ? 6 : 4)) throw new HttpError('dns', 'no such address');
      if (!url.includes('/announce?')) return { status: 404, body: new Uint8Array(0) };
      if (this.isHanging) return new Promise<HttpResponse>(() => undefined);
      const { host } = new URL(url);
      if (this.down.has(host)) return { status: 503, body: new Uint8Array(0) };
      const query = new Map(
        url
          .slice(url.indexOf('?') + 1)
          .split('&')
          .map((pair) => pair.split('=') as [string, string]),
      );
      const port = Number(query.get('port'));
      const event = query.get('event');
      if (event) this.log.push(`${ip} ${event}`);
      this.lefts.set(ip, [...(this.lefts.get(ip) ?? []), Number(query.get('left'))]);
      const place = `${host} ${query.get('info_hash') ?? ''}`;
      const swarm = this.#swarms.get(place) ?? new Map<string, { ip: string; port: number }>();
      this.#swarms.set(place, swarm);
      const key = `${ip}:${port}`;
      const others = [...swarm].filter(([known]) => known !== key).map(([, peer]) => peer);
      if (event === 'stopped') swarm.delete(key);
      else swarm.set(key, { ip, port });
      const peers = new Uint8Array(others.length * 6);
      others.forEach((peer, index) => {
        peers.set([...peer.ip.split('.').map(Number), peer.port >> 8, peer.port & 255], index * 6);
      });
      return { status: 200, body: encode({ interval: 1800, peers }) };
    };
  }
}
