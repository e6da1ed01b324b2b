import { encodeCredit, encodeMessage, Opcode } from '@jstorrent/bridge-protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Sockets } from '../../src/lib/sockets.js';
import { ScriptedHelper, turn } from './scripted-helper.js';

let helper: ScriptedHelper;
let sockets: Sockets;

beforeEach(() => {
  helper = new ScriptedHelper();
  sockets = new Sockets(() => helper.session);
});

async function goFast(): Promise<void> {
  helper.session.askForFastLane();
  await turn();
  helper.offerFastLane();
  helper.say(Opcode.LANE_SWITCH, 0);
  await turn();
}

/** Opcodes that arrived by the native lane. */
const native = () => helper.native.map(({ opcode }) => opcode);

describe('the way to the fast lane', () => {
  it('leaves the native lane with a LANE_SWITCH as the last frame there', async () => {
    await goFast();
    void sockets
      .createTcpSocket()
      .connect('192.0.2.1', 1)
      .catch(() => undefined);
    await turn();
    expect(native()).toEqual([Opcode.FAST_LANE_OPEN, Opcode.LANE_SWITCH]);
    expect(helper.fast.map(({ opcode }) => opcode)).toEqual([Opcode.CONNECT]);
    expect(helper.session.isFast).toBe(true);
    expect(helper.events).toEqual(['fast']);
  });

  it('leaves nothing to the native lane, which is the service worker’s: payload, credit and control go the other way', async () => {
    await goFast();
    const socket = sockets.createTcpSocket();
    const connecting = socket.connect('192.0.2.1', 1);
    await turn();
    const { id } = helper.last(Opcode.CONNECT);
    const endpoint = { host: '192.0.2.1', port: 1 };
    helper.sayFast(Opcode.CONNECTED, id, encodeMessage({ local: endpoint, remote: endpoint }));
    helper.sayFast(Opcode.CREDIT, id, encodeCredit(200_000));
    await connecting;
    let received = 0;
    socket.setHandlers({ onData: (data) => (received += data.length), onClose: () => undefined });
    socket.send(new Uint8Array(100_000));
    for (let sent = 0; sent < 20; sent++) {
      helper.sayFast(Opcode.DATA, id, new Uint8Array(10_000));
      await turn();
    }
    socket.close();
    await turn();
    expect(received).toBe(200_000);
    const sentBytes = helper.received(Opcode.DATA).reduce((sum, { payload }) => sum + payload.length, 0);
    expect(sentBytes).toBe(100_000);
    expect(helper.creditFor(id)).toBeGreaterThanOrEqual(200_000);
    expect(native()).toEqual([Opcode.FAST_LANE_OPEN, Opcode.LANE_SWITCH]);
  });

  it('reads the fast lane only after the helper has switched', async () => {
    helper.session.askForFastLane();
    await turn();
    helper.offerFastLane();
    expect(helper.isFastReading).toBe(false);
    helper.say(Opcode.LANE_SWITCH, 0);
    expect(helper.isFastReading).toBe(true);
  });

  it('asks only once while it is under way', async () => {
    helper.session.askForFastLane();
    helper.session.askForFastLane();
    await turn();
    expect(native()).toEqual([Opcode.FAST_LANE_OPEN]);
  });

  it('ignores an offer that nobody asked for', () => {
    helper.offerFastLane();
    expect(helper.fastHandlers).toBeUndefined();
  });
});

describe('the loss of the fast lane', () => {
  it('drops every socket and goes on with new ones by the native lane', async () => {
    await goFast();
    const dialling = sockets.createTcpSocket().connect('192.0.2.1', 1);
    await turn();
    helper.fastHandlers?.onLost('broken');
    await expect(dialling).rejects.toMatchObject({ code: 'bridge-lost' });
    expect(helper.events).toEqual(['fast', 'fast lane lost']);
    void sockets
      .createTcpSocket()
      .connect('192.0.2.1', 2)
      .catch(() => undefined);
    await turn();
    expect(native().slice(-2)).toEqual([Opcode.LANE_LOST, Opcode.CONNECT]);
    expect(helper.isFastClosed).toBe(true);
  });

  it('does not let frames that waited for the lost lane out by the other', async () => {
    await goFast();
    void sockets
      .createTcpSocket()
      .connect('192.0.2.1', 1)
      .catch(() => undefined);
    helper.fastHandlers?.onLost('broken');
    await turn();
    expect(native().at(-1)).toBe(Opcode.LANE_LOST);
    expect(native()).not.toContain(Opcode.CONNECT);
    expect(helper.fast).toEqual([]);
  });

  it('answers the helper that noticed first, once', async () => {
    await goFast();
    helper.say(Opcode.LANE_LOST, 0);
    helper.say(Opcode.LANE_LOST, 0);
    await turn();
    expect(helper.received(Opcode.LANE_LOST)).toHaveLength(1);
    expect(helper.events).toEqual(['fast', 'fast lane lost']);
  });

  it('may be followed by another fast lane once both ends have let go', async () => {
    await goFast();
    helper.fastHandlers?.onLost('broken');
    helper.session.askForFastLane();
    await turn();
    expect(helper.received(Opcode.FAST_LANE_OPEN)).toHaveLength(1);
    helper.say(Opcode.LANE_LOST, 0);
    await goFast();
    expect(helper.session.isFast).toBe(true);
  });

  it('is followed by another when it is wanted again before both ends have let go', async () => {
    await goFast();
    helper.session.leaveFastLane();
    helper.session.askForFastLane();
    helper.say(Opcode.LANE_LOST, 0);
    await turn();
    expect(helper.received(Opcode.FAST_LANE_OPEN)).toHaveLength(2);
  });

  it('is followed by none when the last wish is against it', async () => {
    await goFast();
    helper.session.leaveFastLane();
    helper.session.askForFastLane();
    helper.session.leaveFastLane();
    helper.say(Opcode.LANE_LOST, 0);
    await turn();
    expect(helper.received(Opcode.FAST_LANE_OPEN)).toHaveLength(1);
  });

  it('lets frames for the native lane out when the fast lane is given up in the same turn', async () => {
    helper.session.askForFastLane();
    helper.session.leaveFastLane();
    await turn();
    expect(native()).toEqual([Opcode.FAST_LANE_OPEN, Opcode.LANE_LOST]);
  });

  it('gives up an offer when it is not wanted any more', async () => {
    helper.session.askForFastLane();
    await turn();
    helper.offerFastLane();
    helper.session.leaveFastLane();
    helper.say(Opcode.LANE_SWITCH, 0);
    await turn();
    expect(helper.session.isFast).toBe(false);
    expect(native()).toEqual([Opcode.FAST_LANE_OPEN, Opcode.LANE_LOST]);
    expect(helper.isFastReading).toBe(false);
  });

  it('hostile 54: a frame length that cannot be on the fast lane costs only that lane', async () => {
    await goFast();
    helper.fastHandlers?.onFrames(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0));
    await turn();
    expect(helper.events).toEqual(['fast', 'fast lane lost']);
    expect(native().at(-1)).toBe(Opcode.LANE_LOST);
  });
});
