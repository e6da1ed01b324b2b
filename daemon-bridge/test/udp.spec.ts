import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BridgeEndpoint,
  decodeDatagram,
  encodeCredit,
  encodeDatagramAddress,
  MAX_UDP_SOCKETS,
  Opcode,
  parseBound,
  UDP_CREDIT_BYTES,
} from '@jstorrent/bridge-protocol';
import { HelperProcess } from './helper-process.js';

let helper: HelperProcess;
let peer: Socket;

beforeEach(async () => {
  helper = await HelperProcess.ready();
  peer = createSocket('udp4').bind(0, '127.0.0.1');
  await once(peer, 'listening');
});

afterEach(async () => {
  await helper.stop();
  peer.close();
  expect(helper.stderr).toBe('');
});

async function bind(host?: string): Promise<{ id: number; port: number }> {
  const id = helper.open(Opcode.BIND, { port: 0, ...(host !== undefined && { host }) });
  const { local } = parseBound((await helper.next(id, Opcode.BOUND)).payload);
  expect((await helper.next(id, Opcode.CREDIT)).payload.readUInt32BE(0)).toBe(UDP_CREDIT_BYTES);
  return { id, port: local.port };
}

function send(id: number, to: BridgeEndpoint, text: string): void {
  helper.send(Opcode.DATAGRAM, id, Buffer.concat([encodeDatagramAddress(to), Buffer.from(text)]));
}

describe('a UDP socket', () => {
  it.each([['127.0.0.1'], [undefined]])('bound to %s sends and receives', async (host) => {
    const { id, port } = await bind(host);
    helper.send(Opcode.CREDIT, id, encodeCredit(1000));
    send(id, { host: '127.0.0.1', port: peer.address().port }, 'ping');
    const [data, from] = (await once(peer, 'message')) as [Buffer, { port: number }];
    expect([data.toString(), from.port]).toEqual(['ping', port]);
    peer.send('pong', port, '127.0.0.1');
    const datagram = decodeDatagram((await helper.next(id, Opcode.DATAGRAM)).payload);
    expect([Buffer.from(datagram.data).toString(), datagram.host, datagram.port]).toEqual([
      'pong',
      '127.0.0.1',
      peer.address().port,
    ]);
  });

  it('drops what there is no credit for, and says how much', async () => {
    const { id, port } = await bind('127.0.0.1');
    helper.send(Opcode.CREDIT, id, encodeCredit(40));
    for (const text of ['kept', 'x'.repeat(100), 'y'.repeat(100)]) peer.send(text, port, '127.0.0.1');
    await helper.next(id, Opcode.DATAGRAM);
    // Loopback keeps the order, so this one is read after the two.
    const other = await bind('127.0.0.1');
    helper.send(Opcode.CREDIT, other.id, encodeCredit(1000));
    peer.send('later', other.port, '127.0.0.1');
    await helper.next(other.id, Opcode.DATAGRAM);
    helper.send(Opcode.CREDIT, id, encodeCredit(1000));
    expect((await helper.next(id, Opcode.DATAGRAMS_DROPPED)).payload.readUInt32BE(0)).toBe(2);
    expect(helper.pending(id, Opcode.DATAGRAM)).toEqual([]);
  });

  it('counts nothing as dropped before anybody reads', async () => {
    const { id, port } = await bind('127.0.0.1');
    peer.send('early', port, '127.0.0.1');
    // Loopback keeps the order, so this one is read after the other.
    const other = await bind('127.0.0.1');
    helper.send(Opcode.CREDIT, other.id, encodeCredit(1000));
    peer.send('later', other.port, '127.0.0.1');
    await helper.next(other.id, Opcode.DATAGRAM);
    helper.send(Opcode.CREDIT, id, encodeCredit(1000));
    peer.send('kept', port, '127.0.0.1');
    await helper.next(id, Opcode.DATAGRAM);
    expect(helper.pending(id, Opcode.DATAGRAMS_DROPPED)).toEqual([]);
  });

  it('hostile 33: sends to no name, for only addresses were judged, but gives the credit back', async () => {
    const { id } = await bind('127.0.0.1');
    const received: string[] = [];
    peer.on('message', (data) => received.push(data.toString()));
    for (let count = 0; count < 100; count++) {
      send(id, { host: 'localhost', port: peer.address().port }, 'x'.repeat(1000));
    }
    await helper.next(id, Opcode.CREDIT);
    send(id, { host: '127.0.0.1', port: peer.address().port }, 'last');
    await once(peer, 'message');
    expect(received).toEqual(['last']);
  });

  it('over the limit, or on a port that is taken, is refused', async () => {
    const taken = helper.open(Opcode.BIND, { host: '127.0.0.1', port: peer.address().port });
    expect(await helper.closed(taken)).toMatchObject({ code: 'address-in-use' });
    for (let count = 0; count < MAX_UDP_SOCKETS; count++) await bind();
    const id = helper.open(Opcode.BIND, { port: 0 });
    expect(await helper.closed(id)).toMatchObject({ code: 'too-many-sockets' });
  });

  it('hostile 54: a datagram without an address, or beyond the credit, costs this socket only', async () => {
    const broken = await bind();
    helper.send(Opcode.DATAGRAM, broken.id, Uint8Array.of(1, 2));
    expect(await helper.closed(broken.id)).toMatchObject({ code: 'protocol' });
    const { id } = await bind();
    helper.uplink = HelperProcess.writer((frames) => {
      helper.sendNative({ f: Buffer.from(frames).toString('base64') });
    });
    const payload = Buffer.concat([encodeDatagramAddress({ host: '127.0.0.1', port: 9 }), Buffer.alloc(60_000)]);
    for (let count = 0; count < 5; count++) helper.uplink.write(Opcode.DATAGRAM, id, payload);
    helper.uplink.flush();
    expect(await helper.closed(id)).toMatchObject({ message: expect.stringContaining('credit-overflow') as string });
    await bind();
  });
});
