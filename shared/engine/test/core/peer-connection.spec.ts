import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloseReason, PeerConnection } from '../../src/core/peer-connection.js';
import { NO_OWN_LIMITS } from '../../src/core/torrent-limits.js';
import { RateLimiters, TorrentRates } from '../../src/core/transfer-rates.js';
import { SocketError } from '../../src/interfaces/socket.js';
import type { WireMessage } from '../../src/protocol/wire-message.js';
import { PeerWireProtocol } from '../../src/protocol/wire-protocol.js';
import { concatBytes, toHex } from '../../src/utils/bytes.js';
import { SeededRandom, VirtualClock } from '../mocks/index.js';
import { FakeSocket } from './fake-socket.js';

const random = new SeededRandom(1);
const handshake = {
  infoHash: random.bytes(20),
  peerId: random.bytes(20),
  reserved: PeerWireProtocol.encodeReserved({ extensionProtocol: true, fast: true, dht: false }),
};
const opening = PeerWireProtocol.encodeHandshake(handshake);
const frame = (length: number, ...rest: number[]) =>
  Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length, ...rest);

/** A connection on a fake socket, with all that it tells. `wants`: which pieces its sink takes. */
function setUp(wants: (index: number) => boolean = () => true) {
  const clock = new VirtualClock();
  const socket = new FakeSocket();
  const connection = new PeerConnection(socket, clock);
  const log: string[] = [];
  const closes: CloseReason[] = [];
  connection.on('handshake', ({ infoHash, peerId }) => log.push(`handshake ${toHex(infoHash)} ${toHex(peerId)}`));
  connection.on('message', (message) => log.push(textOf(message)));
  connection.on('close', (reason) => closes.push(reason));
  const chunks: number[] = [];
  const turns: string[] = [];
  let payload: number[] = [];
  connection.setBlockSink({
    beginBlock: (index, begin, length) => {
      log.push(`begin ${index} ${begin} ${length}`);
      payload = [];
      return wants(index);
    },
    writeBlock: (_index, _begin, offset, bytes) => {
      expect(offset).toBe(payload.length);
      chunks.push(bytes.length);
      payload.push(...bytes);
    },
    endBlock: (index, begin, length) => {
      log.push(`end ${index} ${begin} ${length} ${toHex(Uint8Array.from(payload))}`);
    },
    endOfData: () => turns.push('turn'),
  });
  /** What the connection sent, as messages; empty messages are keep-alives. */
  const sentTypes = () => PeerWireProtocol.parse(socket.sent).messages.map(({ type }) => type);
  return { clock, socket, connection, log, closes, chunks, turns, sentTypes };
}

function textOf(message: WireMessage): string {
  return JSON.stringify(message, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
}

/** A stream of every kind of message. */
const messages: WireMessage[] = [
  { type: 'bitfield', bits: random.bytes(5) },
  { type: 'keep-alive' },
  { type: 'unchoke' },
  { type: 'interested' },
  { type: 'piece', index: 1, begin: 16_384, block: random.bytes(30) },
  { type: 'have', index: 7 },
  { type: 'request', index: 1, begin: 2, length: 3 },
  { type: 'piece', index: 2, begin: 0, block: random.bytes(1) },
  { type: 'piece', index: 3, begin: 0, block: random.bytes(9) },
  { type: 'extended', extendedId: 3, payload: random.bytes(12) },
  { type: 'unknown', id: 99, payload: random.bytes(4) },
  { type: 'port', port: 6881 },
  { type: 'choke' },
];
const stream = concatBytes([opening, ...messages.map((message) => PeerWireProtocol.encode(message))]);
const expectedLog = (() => {
  const { socket, log } = setUp((index) => index !== 2);
  socket.arrive(stream);
  return log;
})();

describe('framing', () => {
  it('tells every message once and in order when all come at once, payloads through the sink', () => {
    const texts = messages.flatMap((message) =>
      message.type === 'piece'
        ? [
            `begin ${message.index} ${message.begin} ${message.block.length}`,
            `end ${message.index} ${message.begin} ${message.block.length} ${message.index === 2 ? '' : toHex(message.block)}`,
          ]
        : [textOf(message)],
    );
    expect(expectedLog).toEqual([`handshake ${toHex(handshake.infoHash)} ${toHex(handshake.peerId)}`, ...texts]);
  });

  it('tells the same wherever the stream is cut in two', () => {
    for (let cut = 1; cut < stream.length; cut++) {
      const { socket, log } = setUp((index) => index !== 2);
      socket.arrive(stream.subarray(0, cut));
      socket.arrive(stream.subarray(cut));
      expect(log).toEqual(expectedLog);
    }
  });

  it('tells the same in pieces of any sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        const { socket, log } = setUp((index) => index !== 2);
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          socket.arrive(stream.subarray(at, at + size));
          at += size;
        }
        expect(log).toEqual(expectedLog);
      }),
    );
  });

  it('hands a payload on as it arrives, and ends each arrival with one turn', () => {
    const { socket, chunks, turns } = setUp();
    socket.arrive(opening);
    const piece = PeerWireProtocol.encode({ type: 'piece', index: 0, begin: 0, block: random.bytes(16_384) });
    socket.arrive(piece.subarray(0, 5000));
    socket.arrive(piece.subarray(5000, 15_000));
    socket.arrive(concatBytes([piece.subarray(15_000), piece]));
    expect(chunks).toEqual([4987, 10_000, 1397, 16_384]);
    expect(turns).toHaveLength(4);
  });

  it('hands payloads on as views of what arrived, wherever it is cut: nothing is copied on the way to the piece', () => {
    const { socket, connection } = setUp();
    socket.arrive(opening);
    const piece = PeerWireProtocol.encode({ type: 'piece', index: 0, begin: 0, block: random.bytes(16_384) });
    const arrived = concatBytes([piece, piece, piece]);
    const views: Uint8Array[] = [];
    connection.setBlockSink({
      beginBlock: () => true,
      writeBlock: (_index, _begin, _offset, bytes) => views.push(bytes),
      endBlock: () => undefined,
      endOfData: () => undefined,
    });
    // In a header, and in a payload.
    for (const [begin, end] of [[0, piece.length + 5], [piece.length + 5, 40_000], [40_000]] as const) {
      socket.arrive(arrived.subarray(begin, end));
    }
    expect(views.reduce((sum, { length }) => sum + length, 0)).toBe(3 * 16_384);
    // The socket has written over what it had; a copy would not know.
    expect(views.every((view) => view.every((byte) => byte === 0xee))).toBe(true);
  });

  it('skips a payload that nobody wants and goes on behind it', () => {
    const { socket, chunks, log } = setUp(() => false);
    socket.arrive(opening);
    const piece = PeerWireProtocol.encode({ type: 'piece', index: 0, begin: 0, block: random.bytes(100) });
    socket.arrive(concatBytes([piece.subarray(0, 50)]));
    socket.arrive(concatBytes([piece.subarray(50), PeerWireProtocol.encode({ type: 'unchoke' })]));
    expect(chunks).toEqual([]);
    expect(log.slice(1)).toEqual(['begin 0 0 100', 'end 0 0 100 ', '{"type":"unchoke"}']);
  });

  it('parses nothing more once a listener has closed it', () => {
    const { socket, connection, log, turns, closes } = setUp();
    connection.on('message', ({ type }) => {
      if (type === 'unchoke') connection.close();
    });
    socket.arrive(stream);
    expect(log.at(-1)).toBe('{"type":"unchoke"}');
    expect(turns).toEqual([]);
    expect(closes).toEqual([{ kind: 'local' }]);
  });
});

describe('what is no BitTorrent', () => {
  it.each([
    ['0xffffffff', 0xffff_ffff],
    ['1 MiB + 1', 1024 * 1024 + 1],
  ])('hostile 19: a length prefix of %s ends the connection before anything is kept', (_, length) => {
    const { socket, closes } = setUp();
    socket.arrive(opening);
    socket.arrive(frame(length));
    expect(closes).toMatchObject([{ kind: 'protocol-error', error: { code: 'message-too-long' } }]);
    expect(socket.isClosed).toBe(true);
  });

  it('hostile 19: a message of exactly 1 MiB is read', () => {
    const { socket, log, closes } = setUp();
    socket.arrive(opening);
    socket.arrive(concatBytes([frame(1024 * 1024, 200), new Uint8Array(1024 * 1024 - 1)]));
    expect(log).toHaveLength(2);
    expect(closes).toEqual([]);
  });

  it('hostile 20: a PIECE of more than 16 KiB ends the connection at its fifth byte', () => {
    const { socket, closes, log } = setUp();
    socket.arrive(opening);
    socket.arrive(frame(9 + 16_385, 7));
    expect(closes).toMatchObject([{ kind: 'protocol-error', error: { code: 'block-too-long' } }]);
    expect(log).toHaveLength(1);
  });

  it('hostile 23: another protocol ends the connection at the first wrong byte', () => {
    for (let wrong = 0; wrong < 20; wrong++) {
      const { socket, closes } = setUp();
      const bytes = opening.slice(0, wrong + 1);
      bytes[wrong] = (bytes[wrong] as number) ^ 0x20;
      socket.arrive(bytes.subarray(0, wrong));
      expect(closes).toEqual([]);
      socket.arrive(bytes.subarray(wrong));
      expect(closes).toMatchObject([{ kind: 'protocol-error', error: { code: 'bad-protocol' } }]);
    }
  });

  it('hostile 23: 47 bytes, then silence: the connection ends after 10 s', async () => {
    const { socket, clock, closes } = setUp();
    socket.arrive(opening.subarray(0, 47));
    await clock.advance(9_999);
    expect(closes).toEqual([]);
    await clock.advance(1);
    expect(closes).toEqual([{ kind: 'handshake-timeout' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('hostile 23: a handshake of a byte a second is too slow', async () => {
    const { socket, clock, closes } = setUp();
    for (let at = 0; at < 68 && closes.length === 0; at++) {
      socket.arrive(opening.subarray(at, at + 1));
      await clock.advance(1000);
    }
    expect(closes).toEqual([{ kind: 'handshake-timeout' }]);
    expect(clock.now()).toBe(10_000);
  });

  it('hostile 29: other bytes for ever are not read past the first wrong one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (noise) => {
        fc.pre(noise[0] !== 19);
        const { socket, closes, log, turns } = setUp();
        for (let count = 0; count < 20; count++) socket.arrive(noise);
        expect(closes).toHaveLength(1);
        expect([...log, ...turns]).toEqual([]);
      }),
    );
  });

  it('noise after the handshake ends at most in one protocol error', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 }), (noise) => {
        const { socket, closes } = setUp();
        socket.arrive(opening);
        for (const bytes of noise) socket.arrive(bytes);
        expect(closes.length).toBeLessThanOrEqual(1);
        for (const reason of closes) expect(reason.kind).toBe('protocol-error');
      }),
    );
  });
});

describe('time', () => {
  const shakenHands = () => {
    const world = setUp();
    world.connection.sendHandshake(handshake);
    world.socket.arrive(opening);
    world.socket.sends.length = 0;
    return world;
  };

  it('a connection that we never answer ends too', async () => {
    const { socket, clock, closes } = setUp();
    socket.arrive(opening);
    await clock.advance(130_000);
    expect(closes).toHaveLength(1);
  });

  it('a keep-alive goes out after 60 s without a word from us', async () => {
    const { socket, clock, connection, sentTypes } = shakenHands();
    await clock.advance(30_000);
    connection.send({ type: 'have', index: 0 });
    socket.arrive(frame(0));
    await clock.advance(59_999);
    expect(sentTypes()).toEqual(['have']);
    await clock.advance(1);
    expect(sentTypes()).toEqual(['have', 'keep-alive']);
    socket.arrive(frame(0));
    await clock.advance(60_000);
    expect(sentTypes()).toEqual(['have', 'keep-alive', 'keep-alive']);
  });

  it('two minutes of silence end the connection, whatever we send', async () => {
    const { socket, clock, closes } = shakenHands();
    await clock.advance(100_000);
    socket.arrive(frame(0));
    await clock.advance(119_999);
    expect(closes).toEqual([]);
    await clock.advance(1);
    expect(closes).toEqual([{ kind: 'inactive' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('the silence of a peer we do not read counts from when we read again', async () => {
    const { socket, clock, connection, closes } = shakenHands();
    await clock.advance(60_000);
    connection.pause();
    expect(socket.isPaused).toBe(true);
    await clock.advance(600_000);
    expect(closes).toEqual([]);
    connection.resume();
    await clock.advance(119_999);
    expect(closes).toEqual([]);
    await clock.advance(1);
    expect(closes).toEqual([{ kind: 'inactive' }]);
  });
});

describe('limits', () => {
  /** As {@link setUp}, after the handshake, with limits of 10 kB/s each way. */
  async function setUpLimited() {
    const parts = setUp();
    const limiters = new RateLimiters(parts);
    limiters.setLimits({ downloadLimitBytesPerSecond: 10_000, uploadLimitBytesPerSecond: 10_000 });
    const rates = new TorrentRates(limiters, NO_OWN_LIMITS);
    parts.socket.arrive(opening);
    parts.connection.setRates(rates.connect());
    await parts.clock.advance(1_000);
    return { ...parts, limiters };
  }

  it('every byte counts that is read, the protocol own ones too, and is paid for before more is', async () => {
    const { clock, socket, connection } = await setUpLimited();
    const haves = Array.from({ length: 4_000 }, (_, index) => PeerWireProtocol.encode({ type: 'have', index }));
    socket.arrive(concatBytes(haves));
    expect([socket.isPaused, connection.isHeldBack]).toEqual([true, true]);
    // 36,000 bytes, of which a tenth of a second was saved up.
    await clock.advance(3_400);
    expect(socket.isPaused).toBe(true);
    await clock.advance(200);
    expect([socket.isPaused, connection.isHeldBack]).toEqual([false, false]);
  });

  it('a peer that only says what has to be said is read even when others have used up everything', async () => {
    const { socket, connection, limiters } = await setUpLimited();
    limiters.receive.total.spend(1_000_000);
    socket.arrive(PeerWireProtocol.encode({ type: 'have', index: 1 }));
    expect(connection.isHeldBack).toBe(false);
    expect(socket.isPaused).toBe(false);
  });

  it('and a full disk each keep a socket from being read, whichever ends first', async () => {
    const { clock, socket, connection } = await setUpLimited();
    const blob = PeerWireProtocol.encode({ type: 'piece', index: 1, begin: 0, block: random.bytes(16_384) });
    socket.arrive(blob);
    connection.pause();
    await clock.advance(10_000);
    expect(connection.isHeldBack).toBe(false);
    expect(socket.isPaused).toBe(true);
    connection.resume();
    expect(socket.isPaused).toBe(false);
    socket.arrive(blob);
    connection.pause();
    connection.resume();
    expect(socket.isPaused).toBe(true);
    await clock.advance(10_000);
    expect(socket.isPaused).toBe(false);
  });

  it('blocks wait for their turn, messages do not', async () => {
    const { clock, socket, connection } = await setUpLimited();
    let turns = 0;
    connection.onDrain = () => turns++;
    expect(connection.mayBlockLeave()).toBe(false);
    await clock.advance(20);
    expect([turns, connection.mayBlockLeave()]).toEqual([1, true]);
    connection.sendBlock(0, 0, random.bytes(16_384));
    expect(connection.mayBlockLeave()).toBe(false);
    const before = socket.sends.length;
    connection.send({ type: 'have', index: 3 });
    expect(socket.sends).toHaveLength(before + 1);
    await clock.advance(1_500);
    expect(turns).toBe(1);
    await clock.advance(150);
    expect([turns, connection.mayBlockLeave()]).toEqual([2, true]);
  });

  it('leave nothing behind when the connection ends', async () => {
    const { clock, socket, connection } = await setUpLimited();
    socket.arrive(PeerWireProtocol.encode({ type: 'piece', index: 1, begin: 0, block: random.bytes(16_384) }));
    expect(connection.isHeldBack).toBe(true);
    connection.close();
    await clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('state', () => {
  it('begins choked and not interested on both sides, and tells only changes', () => {
    const { connection, sentTypes, socket } = setUp();
    expect([connection.choked, connection.peerChoked]).toEqual([true, true]);
    expect([connection.interested, connection.peerInterested]).toEqual([false, false]);
    connection.chokePeer();
    connection.setInterested(false);
    expect(socket.sends).toEqual([]);
    connection.unchokePeer();
    connection.unchokePeer();
    connection.setInterested(true);
    connection.setInterested(true);
    connection.chokePeer();
    connection.setInterested(false);
    expect(sentTypes()).toEqual(['unchoke', 'interested', 'choke', 'not-interested']);
  });

  it('follows what the peer says', () => {
    const { connection, socket } = setUp();
    expect(connection.features).toEqual({ extensionProtocol: false, fast: false, dht: false });
    socket.arrive(opening);
    expect(connection.features).toEqual({ extensionProtocol: true, fast: true, dht: false });
    const say = (type: 'choke' | 'unchoke' | 'interested' | 'not-interested') => {
      socket.arrive(PeerWireProtocol.encode({ type }));
    };
    say('unchoke');
    say('interested');
    expect([connection.choked, connection.peerInterested]).toEqual([false, true]);
    say('choke');
    say('not-interested');
    expect([connection.choked, connection.peerInterested]).toEqual([true, false]);
  });

  it('sends a block without copying it', () => {
    const { connection, socket } = setUp();
    const block = random.bytes(100);
    connection.sendBlock(3, 16, block);
    expect(socket.sends[1]).toBe(block);
    expect(PeerWireProtocol.parse(socket.sent).messages).toEqual([{ type: 'piece', index: 3, begin: 16, block }]);
  });

  it('passes on that the queue has drained', () => {
    const { connection, socket } = setUp();
    socket.drain();
    let drains = 0;
    connection.onDrain = () => drains++;
    socket.drain();
    expect(drains).toBe(1);
  });
});

describe('the end', () => {
  it('is told once, and after it nothing is sent', () => {
    const { connection, socket, closes } = setUp();
    connection.close();
    connection.close({ kind: 'inactive' });
    socket.break();
    connection.send({ type: 'have', index: 0 });
    connection.sendBlock(0, 0, new Uint8Array(1));
    connection.unchokePeer();
    expect(closes).toEqual([{ kind: 'local' }]);
    expect(socket.sends).toEqual([]);
    expect(connection.isClosed).toBe(true);
  });

  it('leaves no timer', () => {
    const { connection, clock } = setUp();
    connection.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('has the reason of the socket', () => {
    const error = new SocketError('reset', 'reset by peer');
    const broken = setUp();
    broken.socket.break(error);
    expect(broken.closes).toEqual([{ kind: 'socket', error }]);
    const ended = setUp();
    ended.socket.break();
    expect(ended.closes).toEqual([{ kind: 'remote' }]);
  });

  it('comes to a peer that lets more than 4 MiB wait', () => {
    const { connection, socket, closes } = setUp();
    socket.queuedBytes = 4 * 1024 * 1024;
    connection.send({ type: 'have', index: 0 });
    expect(closes).toEqual([]);
    socket.queuedBytes++;
    connection.send({ type: 'have', index: 0 });
    expect(closes).toEqual([{ kind: 'not-reading' }]);
  });
});
