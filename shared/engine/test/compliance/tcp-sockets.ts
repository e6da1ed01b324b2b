import { describe, expect, it } from 'vitest';
import {
  SEND_BUFFER_BYTES,
  type Endpoint,
  type ISocketFactory,
  type ITcpServer,
  type ITcpSocket,
} from '../../src/interfaces/socket.js';
import {
  expectCode,
  firstDifference,
  inWorld,
  pattern,
  settle,
  type ComplianceHarness,
  type HarnessFactory,
} from './harness.js';
import { TcpRecorder } from './tcp-recorder.js';

export interface TcpHarness extends ComplianceHarness {
  /** The subject. */
  readonly local: ISocketFactory;
  /** What it talks to; may be the same factory. */
  readonly remote: ISocketFactory;
  /** An address under which `local` reaches what `remote` listens on, and the other way round. */
  readonly localHost: string;
  readonly remoteHost: string;
  /** Most bytes that leave the sending process while the receiver does not read: all buffers on the way. */
  readonly unreadBoundBytes: number;
  /** An endpoint that never answers a dial. */
  silentEndpoint(): Promise<Endpoint>;
}

interface Connection {
  readonly dialled: ITcpSocket;
  readonly accepted: ITcpSocket;
}

async function listen(
  harness: TcpHarness,
  factory: ISocketFactory,
): Promise<{ server: ITcpServer; next: () => Promise<ITcpSocket> }> {
  const server = await settle(harness, factory.listenTcp({ port: 0 }));
  const sockets: ITcpSocket[] = [];
  server.setHandlers({ onConnection: (socket) => sockets.push(socket), onClose: () => undefined });
  const next = async (): Promise<ITcpSocket> => {
    await harness.waitFor(() => sockets.length > 0);
    return sockets.shift() as ITcpSocket;
  };
  return { server, next };
}

async function connect(harness: TcpHarness): Promise<Connection> {
  const { server, next } = await listen(harness, harness.remote);
  const dialled = harness.local.createTcpSocket();
  await settle(harness, dialled.connect(harness.remoteHost, server.localEndpoint.port));
  const accepted = await next();
  server.close();
  return { dialled, accepted };
}

/** The subject at the other end: it accepts. */
async function accept(harness: TcpHarness): Promise<Connection> {
  const { server, next } = await listen(harness, harness.local);
  const dialled = harness.remote.createTcpSocket();
  await settle(harness, dialled.connect(harness.localHost, server.localEndpoint.port));
  const accepted = await next();
  server.close();
  return { dialled, accepted };
}

/** A round trip on a connection of its own: whatever was under way before has had its chance. */
async function roundTrip(harness: TcpHarness): Promise<void> {
  const { dialled, accepted } = await connect(harness);
  const there = new TcpRecorder(accepted);
  const back = new TcpRecorder(dialled);
  dialled.send(pattern(1));
  await harness.waitFor(() => there.receivedBytes === 1);
  accepted.send(pattern(1));
  await harness.waitFor(() => back.receivedBytes === 1);
  dialled.close();
  accepted.close();
}

/** What an {@link ISocketFactory} promises about TCP. */
export function describeTcpSockets(name: string, createHarness: HarnessFactory<TcpHarness>): void {
  const test = (title: string, body: (harness: TcpHarness) => Promise<void>): void => {
    it(title, { timeout: 30_000 }, inWorld(createHarness, body));
  };

  describe(`${name}: TCP`, () => {
    test('a connection knows its endpoints at both ends', async (harness) => {
      const { server, next } = await listen(harness, harness.remote);
      const dialled = harness.local.createTcpSocket();
      expect(dialled.remoteEndpoint).toBeUndefined();
      await settle(harness, dialled.connect(harness.remoteHost, server.localEndpoint.port));
      const accepted = await next();
      expect(dialled.remoteEndpoint).toEqual({ host: harness.remoteHost, port: server.localEndpoint.port });
      expect(accepted.localEndpoint?.port).toBe(server.localEndpoint.port);
      expect(accepted.remoteEndpoint).toEqual({ host: harness.localHost, port: dialled.localEndpoint?.port });
    });

    for (const [role, open] of [
      ['dialled', connect],
      ['accepted', accept],
    ] as const) {
      test(`a ${role} socket carries megabytes both ways, byte for byte`, async (harness) => {
        const { dialled, accepted } = await open(harness);
        const there = new TcpRecorder(accepted);
        const back = new TcpRecorder(dialled);
        const up = pattern(3_000_001);
        const down = pattern(2_000_003, 7);
        for (let at = 0; at < up.byteLength; at += 77_777) dialled.send(up.subarray(at, at + 77_777));
        for (let at = 0; at < down.byteLength; at += 999) accepted.send(down.subarray(at, at + 999));
        await harness.waitFor(() => there.receivedBytes >= up.byteLength && back.receivedBytes >= down.byteLength);
        expect(firstDifference(there.received, up)).toBe(-1);
        expect(firstDifference(back.received, down)).toBe(-1);
      });

      test(`a ${role} socket reads nothing before its handlers are set`, async (harness) => {
        const { dialled, accepted } = await open(harness);
        const [sender, receiver] = role === 'dialled' ? [accepted, dialled] : [dialled, accepted];
        sender.send(pattern(100));
        sender.end();
        await roundTrip(harness);
        const recorder = new TcpRecorder(receiver);
        await harness.waitFor(() => recorder.ends === 1);
        expect(recorder.received).toEqual(pattern(100));
      });

      test(`a ${role} socket that is paused hears at most one buffer more`, async (harness) => {
        const { dialled, accepted } = await open(harness);
        const [sender, receiver] = role === 'dialled' ? [accepted, dialled] : [dialled, accepted];
        new TcpRecorder(sender);
        const recorder = new TcpRecorder(receiver, { onData: () => receiver.pause() });
        const sent = pattern(4_000_000);
        sender.send(sent);
        await harness.waitFor(() => recorder.dataEvents > 0);
        await roundTrip(harness);
        await roundTrip(harness);
        expect(recorder.dataEvents).toBeLessThanOrEqual(2);
        expect(recorder.receivedBytes).toBeLessThan(sent.byteLength);
        let resumedAt = -1;
        await harness.waitFor(() => {
          if (recorder.dataEvents !== resumedAt) {
            resumedAt = recorder.dataEvents;
            receiver.resume();
          }
          return recorder.receivedBytes === sent.byteLength;
        });
        expect(firstDifference(recorder.received, sent)).toBe(-1);
      });

      test(`a ${role} socket that does not read bounds what leaves the sender, which drains later`, async (harness) => {
        const { dialled, accepted } = await open(harness);
        const [sender, receiver] = role === 'dialled' ? [accepted, dialled] : [dialled, accepted];
        const sending = new TcpRecorder(sender);
        const part = pattern(256 * 1024);
        const total = Math.ceil((2 * harness.unreadBoundBytes) / part.byteLength) * part.byteLength;
        let answer = true;
        for (let sent = 0; sent < total; sent += part.byteLength) answer = sender.send(part);
        expect(answer).toBe(false);
        await roundTrip(harness);
        await roundTrip(harness);
        expect(total - sender.queuedBytes).toBeLessThanOrEqual(harness.unreadBoundBytes);
        expect(sending.drains).toBe(0);
        let received = 0;
        receiver.setHandlers({ onData: (data) => (received += data.byteLength), onClose: () => undefined });
        await harness.waitFor(() => received === total && sending.drains > 0);
        expect(sending.drains).toBe(1);
        expect(sender.send(pattern(1))).toBe(true);
      });

      test(`a ${role} socket asks for a pause while its send buffer is full, and then drains`, async (harness) => {
        const { dialled, accepted } = await open(harness);
        const [sender, receiver] = role === 'dialled' ? [accepted, dialled] : [dialled, accepted];
        let queuedAtDrain = -1;
        sender.setHandlers({
          onData: () => undefined,
          onDrain: () => (queuedAtDrain = sender.queuedBytes),
          onClose: () => undefined,
        });
        let sent = 0;
        const send = (): boolean => {
          sent += 10_000;
          return sender.send(pattern(10_000));
        };
        do expect(send()).toBe(sender.queuedBytes < SEND_BUFFER_BYTES);
        while (sender.queuedBytes < SEND_BUFFER_BYTES);
        expect(send()).toBe(false);
        const hears = new TcpRecorder(receiver);
        await harness.waitFor(() => hears.receivedBytes === sent && queuedAtDrain >= 0);
        expect(queuedAtDrain).toBeLessThan(SEND_BUFFER_BYTES);
        expect(send()).toBe(true);
      });

      test(`a ${role} socket half-closed by the remote goes on sending`, async (harness) => {
        const { dialled, accepted } = await open(harness);
        const [subject, other] = role === 'dialled' ? [dialled, accepted] : [accepted, dialled];
        const hears = new TcpRecorder(subject);
        const otherHears = new TcpRecorder(other);
        other.send(pattern(10));
        other.end();
        await harness.waitFor(() => hears.ends === 1);
        expect(hears.receivedBytes).toBe(10);
        expect(other.send(pattern(1))).toBe(false);
        subject.send(pattern(500_000));
        subject.end();
        await harness.waitFor(() => hears.closes === 1 && otherHears.closes === 1);
        expect(firstDifference(otherHears.received, pattern(500_000))).toBe(-1);
        expect(otherHears.ends).toBe(1);
        expect([hears.closeError, otherHears.closeError]).toEqual([undefined, undefined]);
      });
    }

    test('small sends of one turn arrive in order', async (harness) => {
      const { dialled, accepted } = await connect(harness);
      const recorder = new TcpRecorder(accepted);
      new TcpRecorder(dialled);
      for (let i = 0; i < 2000; i++) dialled.send(Uint8Array.of(i, i >> 8));
      await harness.waitFor(() => recorder.receivedBytes === 4000);
      const expected = Uint8Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? i >> 1 : i >> 9));
      expect(firstDifference(recorder.received, expected)).toBe(-1);
      expect(dialled.queuedBytes).toBe(0);
    });

    test('without an end handler a socket closes itself when the remote ends', async (harness) => {
      const { dialled, accepted } = await connect(harness);
      const recorder = new TcpRecorder(accepted, { onEnd: false });
      const other = new TcpRecorder(dialled);
      dialled.end();
      await harness.waitFor(() => recorder.closes === 1 && other.closes === 1);
      expect(recorder.closeError).toBeUndefined();
    });

    test('close is silent and idempotent, and the remote notices', async (harness) => {
      const { dialled, accepted } = await connect(harness);
      const own = new TcpRecorder(dialled);
      const other = new TcpRecorder(accepted, { onEnd: false });
      accepted.send(pattern(1));
      await harness.waitFor(() => own.receivedBytes === 1);
      const before = own.events;
      dialled.close();
      dialled.close();
      expect(dialled.send(pattern(1))).toBe(false);
      expect(dialled.queuedBytes).toBe(0);
      dialled.end();
      dialled.pause();
      dialled.resume();
      await harness.waitFor(() => other.closes === 1);
      await roundTrip(harness);
      expect(own.events).toBe(before);
      expect(other.closes).toBe(1);
    });

    test('a connection that breaks is told once, last, with its error', async (harness) => {
      const { dialled, accepted } = await connect(harness);
      const recorder = new TcpRecorder(dialled);
      // A close with unread data makes a reset.
      dialled.send(pattern(100_000));
      await roundTrip(harness);
      accepted.close();
      await harness.waitFor(() => {
        if (recorder.closes === 0) dialled.send(pattern(1000));
        return recorder.closes === 1;
      });
      expect(recorder.closeError?.code).toBe('reset');
      const events = recorder.events;
      await roundTrip(harness);
      expect(recorder.events).toBe(events);
    });

    test('a dial to a port where nobody listens is refused', async (harness) => {
      const { server } = await listen(harness, harness.remote);
      const { port } = server.localEndpoint;
      server.close();
      const socket = harness.local.createTcpSocket();
      await expectCode(harness, socket.connect(harness.remoteHost, port), 'refused');
      expect(socket.send(pattern(1))).toBe(false);
    });

    test('a dial that nobody answers times out', async (harness) => {
      const { host, port } = await harness.silentEndpoint();
      const socket = harness.local.createTcpSocket();
      await expectCode(harness, socket.connect(host, port, { timeoutMs: 50 }), 'timeout');
      expect(socket.send(pattern(1))).toBe(false);
    });

    test('a dial under way is aborted by its signal, or by close', async (harness) => {
      const { host, port } = await harness.silentEndpoint();
      const abort = new AbortController();
      const dial = harness.local.createTcpSocket().connect(host, port, { signal: abort.signal });
      const socket = harness.local.createTcpSocket();
      const closedDial = socket.connect(host, port);
      const outcomes = Promise.allSettled([dial, closedDial]);
      abort.abort();
      socket.close();
      expect(await settle(harness, outcomes)).toMatchObject([
        { status: 'rejected', reason: { code: 'aborted' } },
        { status: 'rejected', reason: { code: 'closed' } },
      ]);
    });

    test('a dial with an aborted signal does not begin', async (harness) => {
      const { server } = await listen(harness, harness.remote);
      const socket = harness.local.createTcpSocket();
      const dial = socket.connect(harness.remoteHost, server.localEndpoint.port, { signal: AbortSignal.abort() });
      await expectCode(harness, dial, 'aborted');
    });

    test('a signal aborted after the dial changes nothing', async (harness) => {
      const { server, next } = await listen(harness, harness.remote);
      const abort = new AbortController();
      const socket = harness.local.createTcpSocket();
      const options = { signal: abort.signal, timeoutMs: 5_000 };
      await settle(harness, socket.connect(harness.remoteHost, server.localEndpoint.port, options));
      abort.abort();
      const recorder = new TcpRecorder(await next());
      socket.send(pattern(3));
      await harness.waitFor(() => recorder.receivedBytes === 3);
    });

    test('port 0 gives a free port, and a taken port is refused', async (harness) => {
      const first = await settle(harness, harness.local.listenTcp({ port: 0 }));
      const second = await settle(harness, harness.local.listenTcp({ port: 0 }));
      expect(first.localEndpoint.port).toBeGreaterThan(0);
      expect(second.localEndpoint.port).not.toBe(first.localEndpoint.port);
      const { port } = first.localEndpoint;
      await expectCode(harness, harness.local.listenTcp({ port }), 'address-in-use');
      first.close();
      first.close();
      let again: ITcpServer | undefined;
      while (!again)
        again = await settle(
          harness,
          harness.local.listenTcp({ port }).catch(() => undefined),
        );
      expect(again.localEndpoint.port).toBe(port);
      again.close();
      second.close();
    });

    test('a bind with an aborted signal is aborted', async (harness) => {
      const bind = harness.local.listenTcp({ port: 0, signal: AbortSignal.abort() });
      await expectCode(harness, bind, 'aborted');
    });

    test('connections made before the server has handlers are kept for it', async (harness) => {
      const server = await settle(harness, harness.local.listenTcp({ port: 0 }));
      const dialled = harness.remote.createTcpSocket();
      await settle(harness, dialled.connect(harness.localHost, server.localEndpoint.port));
      dialled.send(pattern(5));
      await roundTrip(harness);
      const recorders: TcpRecorder[] = [];
      server.setHandlers({
        onConnection: (socket) => recorders.push(new TcpRecorder(socket)),
        onClose: () => undefined,
      });
      await harness.waitFor(() => recorders[0]?.receivedBytes === 5);
    });

    test('closing a server leaves its connections alone', async (harness) => {
      const { dialled, accepted } = await accept(harness);
      const recorder = new TcpRecorder(dialled);
      await roundTrip(harness);
      accepted.send(pattern(9));
      await harness.waitFor(() => recorder.receivedBytes === 9);
    });
  });
}
