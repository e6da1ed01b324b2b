import type { ITcpSocket } from '@jstorrent/engine';
import { WorkerFastLane } from '../../extension/src/io/worker-fast-lane.js';
import { BrowserClock } from '../../extension/src/io/browser-clock.js';
import type { BridgeSession } from '../../extension/src/lib/bridge-session.js';
import { type HostAnswer, isMessage } from '../../extension/src/lib/host-messages.js';
import { Sockets } from '../../extension/src/lib/sockets.js';
import { BridgeLink } from '../../extension/src/offscreen/bridge-link.js';
import { ServiceWorkerPort } from '../../extension/src/offscreen/service-worker-port.js';
import { createLaneWorker } from '../../extension/src/offscreen/workers.js';
import type { Lane, Leech, NullEngineReply, NullEngineRequest } from './messages.js';
import { leechIntoNothing } from './null-leecher.js';

/**
 * Takes the engine's place in its document: the same service worker, lane and sockets, and behind them nothing. What the extension does
 * with its bytes is measured against this.
 */

/** Nobody reads it: only protocol versions decide. */
const VERSION = '0.0.0';
const READY: HostAnswer = { ok: true };

let session: BridgeSession | undefined;

async function openLane(lane: Lane): Promise<void> {
  const worker = new ServiceWorkerPort();
  session = await new Promise<BridgeSession>((resolve) => {
    const link = new BridgeLink({
      clock: new BrowserClock(),
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined },
      version: VERSION,
      openHelper: () => worker.openHelper(),
      openFastLane: (offer, handlers) => new WorkerFastLane(createLaneWorker(), offer, handlers),
      isFastLaneWanted: () => lane === 'fast',
      onStatus: () => undefined,
      onReady: resolve,
    });
    link.start();
  });
  if (session.isFast !== (lane === 'fast')) throw new Error(`the ${lane} lane did not open`);
  session.setNetworkPolicy({ allowLoopback: true, allowLan: true });
}

async function receive(port: number, bytes: number): Promise<void> {
  const socket = await dial(port);
  let missing = bytes;
  await new Promise<void>((resolve, reject) => {
    socket.setHandlers({
      onData: ({ length }) => {
        missing -= length;
        if (missing <= 0) resolve();
      },
      onClose: () => reject(new Error(`closed with ${missing} bytes missing`)),
    });
  });
  socket.close();
}

async function leech(what: Leech): Promise<void> {
  const socket = await dial(what.port);
  await leechIntoNothing(socket, what);
  socket.close();
}

async function dial(port: number): Promise<ITcpSocket> {
  const socket = new Sockets(() => session).createTcpSocket();
  await socket.connect('127.0.0.1', port);
  return socket;
}

async function answer(work: Promise<void>): Promise<NullEngineReply> {
  try {
    await work;
    return { at: Date.now() };
  } catch (error) {
    return { error: String(error) };
  }
}

const handlers: {
  readonly [T in NullEngineRequest['type']]: (request: Extract<NullEngineRequest, { type: T }>) => Promise<void>;
} = {
  openLane: ({ lane }) => openLane(lane),
  receive: ({ port, bytes }) => receive(port, bytes),
  leech,
};

chrome.runtime.onMessage.addListener((message: unknown, _sender, reply: (answer: unknown) => void) => {
  if (isMessage<{ type: 'whenReady' }>(message, ['whenReady'])) reply(READY);
  if (!isMessage<NullEngineRequest>(message, Object.keys(handlers) as NullEngineRequest['type'][])) return false;
  void answer((handlers[message.type] as (request: NullEngineRequest) => Promise<void>)(message)).then(reply);
  return true;
});
