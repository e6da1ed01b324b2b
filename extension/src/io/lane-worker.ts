import { FAST_LANE_BATCH_BYTES, type FastLaneOffer } from '@jstorrent/bridge-protocol';
import type { FromLaneWorker, ToLaneWorker } from './fast-lane-messages.js';

/**
 * The fast lane's two connections to the helper on 127.0.0.1, away from the thread that runs the engine: a response that never ends down,
 * read into buffers that the document gives back, and a WebSocket up.
 */

/** Large reads are what makes this lane fast; Chrome's own pipe holds no more than this. */
const READ_BUFFER_BYTES = 512 * 1024;
/** When all are with the document, reading stops. */
const READ_BUFFERS = 8;
/**
 * Messages with the document at a time: it goes on with the second one at once, and what is read meanwhile waits for the next. So a
 * document that lags is woken less often, and one that does not gets everything at once.
 */
const MAX_MESSAGES_AWAY = 2;

/** Sent buffers kept until there is a message to go back with; an upload fills a few of them in a turn. */
const MAX_SENT_BUFFERS = 8;

const scope = self as unknown as DedicatedWorkerScope;
const idleBuffers = Array.from({ length: READ_BUFFERS }, () => new ArrayBuffer(READ_BUFFER_BYTES));
let onIdleBuffer: (() => void) | undefined;
/** Read, and not with the document yet. */
let waiting: Uint8Array<ArrayBuffer>[] = [];
let messagesAway = 0;
let sentBuffers: ArrayBuffer[] = [];
let uplink: WebSocket | undefined;
let downlink: Promise<ReadableStreamBYOBReader> | undefined;

function post(message: FromLaneWorker, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

function lose(reason: unknown): void {
  post({ type: 'lost', reason: String(reason) });
}

function open({ port, downToken, upToken }: FastLaneOffer): void {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/up`);
  socket.onopen = () => socket.send(upToken);
  socket.onclose = () => lose('the uplink closed');
  uplink = socket;
  downlink = connectDown(port, downToken);
  downlink.catch(lose);
}

async function connectDown(port: number, token: string): Promise<ReadableStreamBYOBReader> {
  const response = await fetch(`http://127.0.0.1:${port}/down`, {
    method: 'POST',
    body: token,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
  if (!response.ok || !response.body) throw new Error(`the downlink was refused with ${response.status}`);
  return response.body.getReader({ mode: 'byob' });
}

async function read(): Promise<void> {
  const reader = await downlink;
  for (;;) {
    const buffer = idleBuffers.pop();
    if (!buffer) {
      await new Promise<void>((resolve) => (onIdleBuffer = resolve));
      continue;
    }
    const chunk = await reader?.read(new Uint8Array(buffer));
    if (!chunk?.value || chunk.done) {
      lose('the downlink ended');
      return;
    }
    waiting.push(chunk.value);
    postFrames();
  }
}

function postFrames(): void {
  if (waiting.length === 0 || messagesAway === MAX_MESSAGES_AWAY) return;
  const frames = waiting;
  const sent = sentBuffers;
  waiting = [];
  sentBuffers = [];
  messagesAway++;
  post({ type: 'frames', frames, sent }, [...frames.map(({ buffer }) => buffer), ...sent]);
}

const handlers: { [Type in ToLaneWorker['type']]: (message: Extract<ToLaneWorker, { type: Type }>) => void } = {
  open: ({ offer }) => open(offer),
  startReading: () => void read().catch(lose),
  send: ({ frames, idle }) => {
    if (frames) {
      uplink?.send(frames);
      const isWhole = frames.buffer.byteLength === FAST_LANE_BATCH_BYTES;
      if (isWhole && sentBuffers.length < MAX_SENT_BUFFERS) sentBuffers.push(frames.buffer);
    }
    if (idle.length === 0) return;
    messagesAway--;
    postFrames();
    idleBuffers.push(...idle);
    onIdleBuffer?.();
  },
};

scope.onmessage = (event) => {
  const message = event.data as ToLaneWorker;
  (handlers[message.type] as (message: ToLaneWorker) => void)(message);
};
