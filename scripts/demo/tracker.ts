import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeBencode } from '@jstorrent/engine';

const ANNOUNCE_INTERVAL_SECONDS = 60;
const HASH_BYTES = 20;

export interface DemoTracker {
  readonly announceUrl: string;
  close(): Promise<void>;
}

interface TrackedPeer {
  /** Compact form (BEP 23): IPv4 address and port, 6 bytes. */
  readonly address: Buffer;
  left: number;
}

/** The smallest tracker that a demo needs: BEP 3 over HTTP with compact replies (BEP 23), IPv4 on loopback, any torrent. */
export async function startDemoTracker(): Promise<DemoTracker> {
  /** Peers by info-hash, then by peer id; both as hex. */
  const swarms = new Map<string, Map<string, TrackedPeer>>();
  const server = createServer((request, response) => {
    const reply = (value: Parameters<typeof encodeBencode>[0]) => respond(response, 200, encodeBencode(value));
    const [path, query = ''] = (request.url ?? '').split('?');
    if (path !== '/announce') {
      respond(response, 404, new Uint8Array(0));
      return;
    }
    const announce = parseAnnounce(query);
    if (!announce) {
      reply({ 'failure reason': 'info_hash, peer_id and port are needed' });
      return;
    }
    const swarm = swarms.get(announce.infoHash) ?? new Map<string, TrackedPeer>();
    swarms.set(announce.infoHash, swarm);
    if (announce.event === 'stopped') swarm.delete(announce.peerId);
    else swarm.set(announce.peerId, { address: compact(request, announce.port), left: announce.left });
    const others = [...swarm].filter(([peerId]) => peerId !== announce.peerId).map(([, peer]) => peer);
    const seeds = [...swarm.values()].filter((peer) => peer.left === 0).length;
    reply({
      complete: seeds,
      incomplete: swarm.size - seeds,
      interval: ANNOUNCE_INTERVAL_SECONDS,
      peers: Buffer.concat(others.map((peer) => peer.address)),
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    announceUrl: `http://127.0.0.1:${port}/announce`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parseAnnounce(query: string) {
  const values = new Map(query.split('&').map((part) => [part.split('=')[0], part.split('=')[1] ?? '']));
  const bytes = (name: string) => Buffer.from(unescapeBytes(values.get(name) ?? ''), 'latin1');
  const infoHash = bytes('info_hash');
  const peerId = bytes('peer_id');
  const port = Number(values.get('port'));
  const isComplete = infoHash.length === HASH_BYTES && peerId.length === HASH_BYTES && port >= 1 && port <= 65_535;
  if (!isComplete) return undefined;
  const left = Number(values.get('left') ?? 1);
  return { infoHash: infoHash.toString('hex'), peerId: peerId.toString('hex'), port, left, event: values.get('event') };
}

/** Percent-escapes of raw bytes, which are no UTF-8 and so no business of `decodeURIComponent`. */
function unescapeBytes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function compact(request: IncomingMessage, port: number): Buffer {
  const address = (request.socket.remoteAddress ?? '127.0.0.1').replace('::ffff:', '');
  const bytes = Buffer.from([...address.split('.').map(Number), 0, 0]);
  bytes.writeUInt16BE(port, 4);
  return bytes;
}

function respond(response: ServerResponse, status: number, body: Uint8Array): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': body.length });
  response.end(body);
}
