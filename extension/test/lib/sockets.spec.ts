import {
  encodeCredit,
  encodeDatagramAddress,
  encodeMessage,
  MAX_CREDIT_BYTES,
  Opcode,
  parseClose,
  parseResolve,
} from '@jstorrent/bridge-protocol';
import type { ITcpServer, ITcpSocket, SocketError, TcpSocketHandlers } from '@jstorrent/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { Sockets } from '../../src/lib/sockets.js';
import { ScriptedHelper, turn } from './scripted-helper.js';

const FIRST_ACCEPTED = 0x8000_0000;

/** Notes what a socket tells its owner. */
class Owner implements TcpSocketHandlers {
  readonly heard: string[] = [];
  error: SocketError | undefined;
  onData(data: Uint8Array): void {
    this.heard.push(`data ${data.length}`);
  }
  onDrain(): void {
    this.heard.push('drain');
  }
  onEnd(): void {
    this.heard.push('end');
  }
  onClose(error?: SocketError): void {
    this.error = error;
    this.heard.push(`close ${error?.code ?? 'quietly'}`);
  }
}

let helper: ScriptedHelper;
let sockets: Sockets;

beforeEach(() => {
  helper = new ScriptedHelper();
  sockets = new Sockets(() => helper.session);
});

async function connect(): Promise<{ socket: ITcpSocket; id: number }> {
  const socket = sockets.createTcpSocket();
  const done = socket.connect('192.0.2.1', 6881);
  await turn();
  const { id } = helper.last(Opcode.CONNECT);
  helper.connected(id);
  await done;
  return { socket, id };
}

async function listen(): Promise<{ server: ITcpServer; id: number }> {
  const listening = sockets.listenTcp({ port: 0 });
  await turn();
  const { id } = helper.last(Opcode.LISTEN);
  helper.say(Opcode.LISTENING, id, encodeMessage({ local: { host: '::', port: 50_000 } }));
  return { server: await listening, id };
}

describe('a TCP connection through the bridge', () => {
  it('says where it is connected', async () => {
    const { socket } = await connect();
    expect(socket.remoteEndpoint).toEqual({ host: '192.0.2.1', port: 6881 });
    expect(socket.localEndpoint).toEqual({ host: '10.0.0.1', port: 40_000 });
  });

  it('grants no credit until its handlers are set', async () => {
    const { socket, id } = await connect();
    await turn();
    expect(helper.creditFor(id)).toBe(0);
    socket.setHandlers(new Owner());
    await turn();
    expect(helper.creditFor(id)).toBeGreaterThan(0);
  });

  it('withholds credit while paused and holds back what is on its way', async () => {
    const { socket, id } = await connect();
    const owner = new Owner();
    socket.setHandlers(owner);
    await turn();
    const granted = helper.creditFor(id);
    socket.pause();
    for (let sent = 0; sent < granted; sent += 16_384) helper.say(Opcode.DATA, id, new Uint8Array(16_384));
    helper.say(Opcode.END, id);
    await turn();
    expect(owner.heard).toEqual([]);
    expect(helper.creditFor(id)).toBe(granted);
    socket.resume();
    await turn();
    expect(owner.heard.filter((event) => event === 'data 16384')).toHaveLength(granted / 16_384);
    expect(owner.heard.at(-1)).toBe('end');
    expect(helper.creditFor(id)).toBeGreaterThan(granted);
  });

  it('stops delivering when its owner pauses in the middle of what was held back', async () => {
    const { socket, id } = await connect();
    const heard: number[] = [];
    socket.setHandlers({
      onData: (data) => {
        heard.push(data.length);
        socket.pause();
      },
      onClose: () => undefined,
    });
    helper.say(Opcode.DATA, id, new Uint8Array(1));
    helper.say(Opcode.DATA, id, new Uint8Array(2));
    helper.say(Opcode.DATA, id, new Uint8Array(3));
    expect(heard).toEqual([1]);
    socket.resume();
    expect(heard).toEqual([1, 2]);
  });

  it('sends no more than the credit, and drains when there is more', async () => {
    const { socket, id } = await connect();
    const owner = new Owner();
    socket.setHandlers(owner);
    helper.credit(id, 100_000);
    expect(socket.send(new Uint8Array(400_000))).toBe(false);
    expect(socket.queuedBytes).toBe(300_000);
    await turn();
    const sent = () => helper.received(Opcode.DATA).reduce((sum, { payload }) => sum + payload.length, 0);
    expect(sent()).toBe(100_000);
    helper.credit(id, 290_000);
    expect(socket.queuedBytes).toBe(10_000);
    expect(owner.heard).toEqual(['drain']);
    await turn();
    expect(sent()).toBe(390_000);
  });

  it('sends its FIN after what is queued', async () => {
    const { socket, id } = await connect();
    socket.setHandlers(new Owner());
    socket.send(new Uint8Array(10));
    socket.end();
    await turn();
    expect(helper.received(Opcode.END)).toHaveLength(0);
    helper.credit(id, 10);
    await turn();
    expect(helper.native.slice(-2).map(({ opcode }) => opcode)).toEqual([Opcode.DATA, Opcode.END]);
    helper.credit(id, 10);
    await turn();
    expect(helper.received(Opcode.END)).toHaveLength(1);
  });

  it('answers a FIN with its own when the owner does not handle it', async () => {
    const { socket, id } = await connect();
    const heard: string[] = [];
    socket.setHandlers({ onData: () => undefined, onClose: (error) => heard.push(error?.code ?? 'quietly') });
    helper.say(Opcode.END, id);
    await turn();
    expect(helper.received(Opcode.END)).toHaveLength(1);
    helper.say(Opcode.CLOSE, id);
    expect(heard).toEqual(['quietly']);
  });

  it('tells of a reset only after the data before it', async () => {
    const { socket, id } = await connect();
    const owner = new Owner();
    socket.setHandlers(owner);
    socket.pause();
    helper.say(Opcode.DATA, id, new Uint8Array(5));
    helper.say(Opcode.CLOSE, id, encodeMessage({ code: 'reset', message: '' }));
    expect(socket.send(new Uint8Array(1))).toBe(false);
    expect(owner.heard).toEqual([]);
    socket.resume();
    expect(owner.heard).toEqual(['data 5', 'close reset']);
  });

  it('tells nothing after its own close, which closes the id at the helper', async () => {
    const { socket, id } = await connect();
    const owner = new Owner();
    socket.setHandlers(owner);
    socket.close();
    socket.close();
    await turn();
    helper.say(Opcode.DATA, id, new Uint8Array(5));
    helper.say(Opcode.CLOSE, id);
    expect(owner.heard).toEqual([]);
    expect(helper.received(Opcode.CLOSE)).toHaveLength(1);
  });

  it('rejects with the reason when it cannot be made', async () => {
    const socket = sockets.createTcpSocket();
    const done = socket.connect('192.0.2.1', 1);
    await turn();
    helper.say(Opcode.CLOSE, helper.last(Opcode.CONNECT).id, encodeMessage({ code: 'refused', message: 'no' }));
    await expect(done).rejects.toMatchObject({ code: 'refused' });
  });

  it('gives up when its owner does', async () => {
    const owner = new AbortController();
    const done = sockets.createTcpSocket().connect('192.0.2.1', 1, { signal: owner.signal });
    await turn();
    owner.abort();
    await expect(done).rejects.toMatchObject({ code: 'aborted' });
    await turn();
    expect(helper.received(Opcode.CLOSE)).toHaveLength(1);
  });
});

describe('a listener through the bridge', () => {
  it('hands over connections that came before anybody took them, unread', async () => {
    const { server, id } = await listen();
    expect(server.localEndpoint.port).toBe(50_000);
    helper.accepted(id, FIRST_ACCEPTED);
    const taken: ITcpSocket[] = [];
    server.setHandlers({ onConnection: (socket) => taken.push(socket), onClose: () => undefined });
    expect(taken).toHaveLength(1);
    await turn();
    expect(helper.creditFor(FIRST_ACCEPTED)).toBe(0);
    taken[0]?.setHandlers(new Owner());
    await turn();
    expect(helper.creditFor(FIRST_ACCEPTED)).toBeGreaterThan(0);
  });

  it('turns away a connection that crossed its closing', async () => {
    const { server, id } = await listen();
    server.close();
    helper.accepted(id, FIRST_ACCEPTED);
    await turn();
    expect(helper.received(Opcode.CLOSE).map((frame) => frame.id)).toEqual([id, FIRST_ACCEPTED]);
  });
});

describe('a UDP socket through the bridge', () => {
  it('drops what there is no credit for', async () => {
    const bound = sockets.bindUdp({ port: 0 });
    await turn();
    const { id } = helper.last(Opcode.BIND);
    helper.say(Opcode.BOUND, id, encodeMessage({ local: { host: '0.0.0.0', port: 50_001 } }));
    const socket = await bound;
    socket.send(new Uint8Array(100), { host: '192.0.2.9', port: 53 });
    helper.credit(id, 200);
    socket.send(new Uint8Array(100), { host: '192.0.2.9', port: 53 });
    socket.send(new Uint8Array(100), { host: '192.0.2.9', port: 53 });
    await turn();
    expect(helper.received(Opcode.DATAGRAM)).toHaveLength(1);
  });

  it('lives on when the helper says that datagrams were dropped', async () => {
    const bound = sockets.bindUdp({ port: 0 });
    await turn();
    const { id } = helper.last(Opcode.BIND);
    helper.say(Opcode.BOUND, id, encodeMessage({ local: { host: '0.0.0.0', port: 50_001 } }));
    const heard: string[] = [];
    (await bound).setHandlers({
      onMessage: (data) => heard.push(`message ${data.length}`),
      onClose: () => heard.push('close'),
    });
    helper.say(Opcode.DATAGRAMS_DROPPED, id, Uint8Array.of(0, 0, 0, 7));
    const datagram = [...encodeDatagramAddress({ host: '192.0.2.9', port: 53 }), 1, 2, 3];
    helper.say(Opcode.DATAGRAM, id, Uint8Array.from(datagram));
    await turn();
    expect(heard).toEqual(['message 3']);
    expect(helper.received(Opcode.CLOSE)).toEqual([]);
  });
});

describe('a name through the bridge', () => {
  const ask = async () => {
    const answer = sockets.resolve('tracker.example', { family: 6, isAnnounce: true });
    const outcome = answer.catch((error: unknown) => (error as SocketError).code);
    await turn();
    return { outcome, id: helper.last(Opcode.RESOLVE).id };
  };

  it('is resolved by the helper, in the family and for the purpose that were asked for', async () => {
    const { outcome, id } = await ask();
    expect(parseResolve(helper.last(Opcode.RESOLVE).payload)).toEqual({
      host: 'tracker.example',
      family: 6,
      isAnnounce: true,
    });
    helper.say(Opcode.RESOLVED, id, encodeMessage({ addresses: ['2001:db8::1'] }));
    expect(await outcome).toEqual(['2001:db8::1']);
    await turn();
    expect(helper.received(Opcode.CLOSE)).toEqual([]);
  });

  it.each([
    ['dns', 'dns'],
    ['blocked-address', 'not-permitted'],
    ['too-many-sockets', 'too-many-sockets'],
    ['lane-lost', 'bridge-lost'],
  ] as const)('fails with %s as %s', async (code, expected) => {
    const { outcome, id } = await ask();
    helper.say(Opcode.CLOSE, id, encodeMessage({ code, message: 'why' }));
    expect(await outcome).toBe(expected);
  });

  it('hostile 54: with addresses that are none, or a frame that means nothing, fails alone', async () => {
    const wrong = await ask();
    helper.say(Opcode.RESOLVED, wrong.id, new TextEncoder().encode('{"addresses":["evil.example"]}'));
    expect(await wrong.outcome).toBe('other');
    const odd = await ask();
    helper.say(Opcode.DATA, odd.id, Uint8Array.of(1));
    expect(await odd.outcome).toBe('other');
    expect(helper.received(Opcode.CLOSE).map(({ id }) => id)).toEqual([wrong.id, odd.id]);
  });

  it('fails with the helper, and without one', async () => {
    const { outcome } = await ask();
    helper.session.end('gone');
    expect(await outcome).toBe('bridge-lost');
    const without = new Sockets(() => undefined).resolve('tracker.example', { isAnnounce: true });
    await expect(without).rejects.toMatchObject({ code: 'bridge-lost' });
  });
});

describe('when the helper is gone', () => {
  it('closes every socket with bridge-lost, whatever it was doing', async () => {
    const { socket } = await connect();
    const owner = new Owner();
    socket.setHandlers(owner);
    socket.pause();
    const dialling = sockets.createTcpSocket().connect('192.0.2.1', 2);
    const { server } = await listen();
    const closed: (string | undefined)[] = [];
    server.setHandlers({ onConnection: () => undefined, onClose: (error) => closed.push(error?.code) });
    const binding = sockets.bindUdp({ port: 0 });
    await turn();
    helper.session.end('gone');
    expect(owner.heard).toEqual(['close bridge-lost']);
    expect(closed).toEqual(['bridge-lost']);
    await expect(dialling).rejects.toMatchObject({ code: 'bridge-lost' });
    await expect(binding).rejects.toMatchObject({ code: 'bridge-lost' });
  });

  it('refuses new sockets at once', async () => {
    const none = new Sockets(() => undefined);
    await expect(none.createTcpSocket().connect('192.0.2.1', 1)).rejects.toMatchObject({ code: 'bridge-lost' });
    await expect(none.listenTcp({ port: 0 })).rejects.toMatchObject({ code: 'bridge-lost' });
    await expect(none.bindUdp({ port: 0 })).rejects.toMatchObject({ code: 'bridge-lost' });
  });
});

describe('hostile 54: a helper that breaks the rules', () => {
  /** The victim is closed with a reason, and a second connection still works. */
  async function expectOnlyVictimClosed(violate: (id: number, socket: ITcpSocket) => void): Promise<void> {
    const victim = await connect();
    const other = await connect();
    const [victimOwner, otherOwner] = [new Owner(), new Owner()];
    victim.socket.setHandlers(victimOwner);
    other.socket.setHandlers(otherOwner);
    await turn();
    violate(victim.id, victim.socket);
    await turn();
    expect(victimOwner.heard).toEqual(['close other']);
    const closed = helper.received(Opcode.CLOSE);
    expect(closed.map(({ id, payload }) => [id, parseClose(payload)?.code])).toEqual([[victim.id, 'protocol']]);
    helper.say(Opcode.DATA, other.id, new Uint8Array(7));
    expect(otherOwner.heard).toEqual(['data 7']);
    expect(helper.events).toEqual([]);
  }

  it('hostile 54: data beyond the credit', () =>
    expectOnlyVictimClosed((id, socket) => {
      const granted = helper.creditFor(id);
      socket.pause();
      for (let sent = 0; sent <= granted; sent += 65_536) helper.say(Opcode.DATA, id, new Uint8Array(65_536));
    }));

  it('hostile 54: a gibibyte of credit', () =>
    expectOnlyVictimClosed((id) => helper.say(Opcode.CREDIT, id, Uint8Array.of(0x40, 0, 0, 0))));

  it('hostile 54: credit that adds up to too much', () =>
    expectOnlyVictimClosed((id) => {
      helper.say(Opcode.CREDIT, id, encodeCredit(MAX_CREDIT_BYTES));
      helper.say(Opcode.CREDIT, id, encodeCredit(1));
    }));

  it('hostile 54: an unknown opcode', () => expectOnlyVictimClosed((id) => helper.say(0x77, id)));

  it('hostile 54: connected twice', () => expectOnlyVictimClosed((id) => helper.connected(id)));

  it('hostile 54: an id that never was is closed and nothing else', async () => {
    helper.say(Opcode.DATA, 4711, new Uint8Array(1));
    await turn();
    expect(helper.last(Opcode.CLOSE).id).toBe(4711);
    expect(helper.events).toEqual([]);
  });

  it('hostile 54: an id for an accepted connection that was used before', async () => {
    const { server, id } = await listen();
    const taken: ITcpSocket[] = [];
    const heard: (string | undefined)[] = [];
    server.setHandlers({ onConnection: (socket) => taken.push(socket), onClose: (error) => heard.push(error?.code) });
    helper.accepted(id, FIRST_ACCEPTED);
    helper.accepted(id, FIRST_ACCEPTED);
    expect(taken).toHaveLength(1);
    expect(heard).toEqual(['other']);
  });

  it('hostile 54: a frame length that cannot be ends the session', () => {
    helper.session.onNativeFrames(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0));
    expect(helper.events).toHaveLength(1);
    expect(helper.events[0]).toMatch(/^end/);
  });
});
