import { type ITcpSocket, SEND_BUFFER_BYTES } from '@jstorrent/engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { socketPair } from '../../src/lib/socket-pair.js';

const A = { host: '127.0.0.1', port: 1 };
const B = { host: '127.0.0.1', port: 2 };

/** What one end heard. */
class Listening {
  readonly events: string[] = [];

  constructor(socket: ITcpSocket, options: { readonly hearsEnd?: boolean } = {}) {
    socket.setHandlers({
      onData: (data) => this.events.push(new TextDecoder().decode(data)),
      onDrain: () => this.events.push('drain'),
      onClose: (error) => this.events.push(error ? `close ${error.code}` : 'close'),
      ...(options.hearsEnd && { onEnd: () => void this.events.push('end') }),
    });
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

let a: ITcpSocket;
let b: ITcpSocket;
beforeEach(() => {
  [a, b] = socketPair([A, B]);
});

describe('a pair of sockets', () => {
  it('carries bytes both ways in order, in a later turn', async () => {
    const [atA, atB] = [new Listening(a), new Listening(b)];
    a.send(bytes('one'));
    a.send(bytes('two'));
    b.send(bytes('three'));
    expect([atA.events, atB.events]).toEqual([[], []]);
    await settle();
    expect([atA.events, atB.events]).toEqual([['three'], ['one', 'two']]);
    expect([a.localEndpoint, a.remoteEndpoint, b.localEndpoint]).toEqual([A, B, B]);
  });

  it('keeps what comes before somebody listens, or while it is paused', async () => {
    a.send(bytes('early'));
    await settle();
    const atB = new Listening(b);
    await settle();
    b.pause();
    a.send(bytes('later'));
    await settle();
    expect(atB.events).toEqual(['early']);
    expect(a.queuedBytes).toBe(5);
    b.resume();
    await settle();
    expect(atB.events).toEqual(['early', 'later']);
    expect(a.queuedBytes).toBe(0);
  });

  it('asks for a pause when much is queued, and says when it is less', async () => {
    const [atA] = [new Listening(a), new Listening(b)];
    b.pause();
    expect(a.send(new Uint8Array(SEND_BUFFER_BYTES - 1))).toBe(true);
    expect(a.send(new Uint8Array(1))).toBe(false);
    await settle();
    expect(atA.events).toEqual([]);
    b.resume();
    await settle();
    expect(atA.events).toEqual(['drain']);
  });

  it('closed at one end closes the other after its last bytes', async () => {
    const [atA, atB] = [new Listening(a), new Listening(b)];
    a.send(bytes('bye'));
    a.close();
    a.close();
    await settle();
    expect(atB.events).toEqual(['bye', 'close']);
    expect(atA.events).toEqual([]);
    expect(b.send(bytes('anybody?'))).toBe(false);
  });

  it('ended at one end goes on in the other direction, for who hears of it', async () => {
    const [atA, atB] = [new Listening(a), new Listening(b, { hearsEnd: true })];
    a.end();
    await settle();
    expect(atB.events).toEqual(['end']);
    expect(a.send(bytes('more'))).toBe(false);
    b.send(bytes('answer'));
    b.close();
    await settle();
    expect(atA.events).toEqual(['answer', 'close']);
  });

  it('ended closes who does not hear of it', async () => {
    const [atA, atB] = [new Listening(a), new Listening(b)];
    a.end();
    await settle();
    expect([atA.events, atB.events]).toEqual([['close'], ['close']]);
  });

  it('is connected already', async () => {
    await expect(a.connect('127.0.0.1', 1)).rejects.toMatchObject({ code: 'closed' });
  });
});
