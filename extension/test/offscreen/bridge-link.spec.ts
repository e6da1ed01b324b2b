import {
  FrameDecoder,
  type HelperHello,
  Opcode,
  PROTOCOL_VERSION,
  RECONNECT_DELAYS_MS,
} from '@jstorrent/bridge-protocol';
import { SilentLogger, VirtualClock } from '@jstorrent/engine/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { BridgeLink } from '../../src/offscreen/bridge-link.js';
import type { FromHelper, HelperPort, ToHelper } from '../../src/lib/relay-messages.js';

const HELLO: HelperHello = {
  protocol: PROTOCOL_VERSION,
  oldestProtocol: 1,
  version: '9.9.9',
  capabilities: [],
  platform: 'linux',
};

/** One helper that was started, seen from the service worker. */
class Helper {
  readonly sent: ToHelper[] = [];
  isClosed = false;
  #onGone: () => void = () => undefined;
  readonly #port = {
    onmessage: null as ((event: { data: FromHelper }) => void) | null,
    postMessage: (message: ToHelper) => void this.sent.push(message),
  };

  readonly handle: HelperPort = {
    port: this.#port as unknown as MessagePort,
    onGone: (listener) => (this.#onGone = listener),
    close: () => (this.isClosed = true),
  };

  say(message: FromHelper): void {
    this.#port.onmessage?.({ data: message });
  }

  workerDies(): void {
    this.#onGone();
  }

  /** Opcodes of the frames that arrived. */
  get opcodes(): number[] {
    const opcodes: number[] = [];
    const decoder = new FrameDecoder({
      onFrame: (opcode) => void opcodes.push(opcode),
      onBadFrame: (_id, error) => {
        throw error;
      },
    });
    for (const message of this.sent) if ('frames' in message) decoder.push(message.frames);
    return opcodes;
  }
}

let clock: VirtualClock;
let helpers: Helper[];
let isFastLaneWanted: boolean;
let ready: number;
let link: BridgeLink;

beforeEach(async () => {
  clock = new VirtualClock();
  helpers = [];
  isFastLaneWanted = false;
  ready = 0;
  link = new BridgeLink({
    clock,
    logger: new SilentLogger(),
    version: '0.1.0',
    openHelper: () => {
      const helper = new Helper();
      helpers.push(helper);
      return Promise.resolve(helper.handle);
    },
    openFastLane: () => ({
      startReading: () => undefined,
      takeBuffer: () => undefined,
      send: () => undefined,
      close: () => undefined,
    }),
    isFastLaneWanted: () => isFastLaneWanted,
    onStatus: () => undefined,
    onReady: () => ready++,
  });
  link.start();
  await clock.advance(0);
});

const latest = () => helpers.at(-1) as Helper;

describe('the link to the helper', () => {
  it('greets first, and is ready when both understand each other', () => {
    expect(latest().sent[0]).toMatchObject({ hello: { protocol: PROTOCOL_VERSION, version: '0.1.0' } });
    expect([link.status.kind, link.session]).toEqual(['connecting', undefined]);
    latest().say({ hello: HELLO });
    expect(link.status).toEqual({ kind: 'ready', helperVersion: '9.9.9', lane: 'native' });
    expect(link.session).toBeDefined();
    expect(ready).toBe(1);
  });

  it('hostile 51: a helper that needs a newer extension is named and closed', () => {
    latest().say({ hello: { ...HELLO, protocol: 7, oldestProtocol: 7 } });
    expect(link.status).toEqual({ kind: 'extension-too-old', helperVersion: '9.9.9' });
    expect(latest().isClosed).toBe(true);
    expect(link.session).toBeUndefined();
  });

  it('hostile 51: a helper whose hello makes no sense is no helper', () => {
    latest().say({ hello: { protocol: 'x' } });
    expect(link.status.kind).toBe('missing');
  });

  it('hostile 51: without a helper it says so and tries again with the delays of the protocol, one at a time', async () => {
    const tried: number[] = [];
    for (const delayMs of [...RECONNECT_DELAYS_MS, 30_000]) {
      latest().say({ closed: 'Specified native messaging host not found.' });
      expect(link.status.kind).toBe('missing');
      const before = helpers.length;
      await clock.advance(Math.max(0, delayMs - 1));
      if (delayMs > 0) expect(helpers).toHaveLength(before);
      await clock.advance(1);
      expect(helpers).toHaveLength(before + 1);
      tried.push(delayMs);
    }
    expect(tried).toHaveLength(RECONNECT_DELAYS_MS.length + 1);
  });

  it('tries at once when it is asked to, but never beside an attempt under way', async () => {
    link.retryNow();
    await clock.advance(0);
    expect(helpers).toHaveLength(1);
    for (let losses = 0; losses < 4; losses++) {
      latest().say({ closed: 'gone' });
      await clock.advance(5000);
    }
    latest().say({ closed: 'gone' });
    const before = helpers.length;
    link.retryNow();
    await clock.advance(0);
    expect(helpers).toHaveLength(before + 1);
  });

  it('gives up a helper that never says hello', async () => {
    await clock.advance(10_000);
    expect(link.status.kind).toBe('missing');
    expect(helpers[0]?.isClosed).toBe(true);
    expect(helpers).toHaveLength(2);
  });

  it('hostile 47: starts again when the service worker died, and sockets of before are gone', async () => {
    latest().say({ hello: HELLO });
    const { session } = link;
    latest().workerDies();
    expect([link.status.kind, link.session]).toEqual(['connecting', undefined]);
    await clock.advance(0);
    latest().say({ hello: HELLO });
    expect(link.session).not.toBe(session);
    expect(ready).toBe(2);
  });

  it('does not hurry after a helper that keeps dying young', async () => {
    for (let lives = 0; lives < 3; lives++) {
      latest().say({ hello: HELLO });
      latest().say({ closed: 'crash' });
      await clock.advance(RECONNECT_DELAYS_MS[lives] ?? 0);
      expect(helpers).toHaveLength(lives + 2);
    }
    latest().say({ hello: HELLO });
    await clock.advance(31_000);
    latest().say({ closed: 'crash after a good life' });
    const before = helpers.length;
    await clock.advance(0);
    expect(helpers).toHaveLength(before + 1);
  });

  it('hostile 54: a helper whose frames make no sense is left for a fresh one', async () => {
    latest().say({ hello: HELLO });
    latest().say({ frames: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0) });
    expect(link.session).toBeUndefined();
    expect(helpers[0]?.isClosed).toBe(true);
    await clock.advance(0);
    expect(helpers).toHaveLength(2);
  });

  it('waits for the fast lane before sockets work, but not for ever', async () => {
    isFastLaneWanted = true;
    latest().say({ hello: { ...HELLO, capabilities: ['fast-lane'] } });
    await clock.advance(0);
    expect(latest().opcodes).toEqual([Opcode.FAST_LANE_OPEN]);
    expect(link.session).toBeUndefined();
    await clock.advance(3000);
    expect(latest().opcodes).toEqual([Opcode.FAST_LANE_OPEN, Opcode.LANE_LOST]);
    expect(link.status).toMatchObject({ kind: 'ready', lane: 'native' });
  });
});
