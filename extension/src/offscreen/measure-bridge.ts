import { type IClock, type ISocketFactory, type ITcpSocket, SocketError } from '@jstorrent/engine';

const LOOPBACK = '127.0.0.1';
const ROUND_TRIPS = 5;
const LANE_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** A slow lane is measured for so long only. */
const LANE_MS = 3000;
/** Datagrams may be lost; one of these arrives where any does. */
const DATAGRAMS = 5;
const DATAGRAM_INTERVAL_MS = 200;

/** Milliseconds to the helper and back, the median. Rejects while there is no helper. */
export async function measureRoundTrip(sockets: ISocketFactory, clock: IClock): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < ROUND_TRIPS; turn++) {
    const startedAt = clock.now();
    try {
      // The helper answers that at once: the address stands for itself.
      await sockets.resolve(LOOPBACK, { isAnnounce: true });
    } catch (error) {
      // A refusal is an answer too.
      if (!(error instanceof SocketError) || error.code !== 'not-permitted') throw error;
    }
    times.push(clock.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)] as number;
}

/** Bytes a second that go through the helper to a port of its own and come back, both ways at once. */
export async function measureLane(sockets: ISocketFactory, clock: IClock, signal: AbortSignal): Promise<number> {
  const server = await sockets.listenTcp({ port: 0, host: LOOPBACK, signal });
  const sender = sockets.createTcpSocket();
  const accepted: ITcpSocket[] = [];
  try {
    const arrived = new Promise<{ readonly bytes: number; readonly at: number }>((resolve, reject) => {
      let bytes = 0;
      const finish = (): void => resolve({ bytes, at: clock.now() });
      const timer = clock.setTimer(LANE_MS, finish);
      signal.addEventListener('abort', () => timer.cancel());
      server.setHandlers({
        onConnection: (socket) => {
          accepted.push(socket);
          socket.setHandlers({
            onData: (data) => {
              bytes += data.length;
              if (bytes >= LANE_BYTES) finish();
            },
            onClose: reject,
          });
        },
        onClose: reject,
      });
    });
    // The lane may break while we connect.
    arrived.catch(() => undefined);
    await sender.connect(LOOPBACK, server.localEndpoint.port, { signal });
    const startedAt = clock.now();
    sendAll(sender);
    const { bytes, at } = await arrived;
    return (bytes * 1000) / Math.max(1, at - startedAt);
  } finally {
    for (const socket of [sender, ...accepted, server]) socket.close();
  }
}

/** {@link LANE_BYTES}, as the socket takes them. */
function sendAll(socket: ITcpSocket): void {
  const chunk = new Uint8Array(CHUNK_BYTES);
  let left = LANE_BYTES;
  const send = (): void => {
    while (left > 0) {
      left -= chunk.length;
      if (!socket.send(chunk)) return;
    }
  };
  socket.setHandlers({ onData: () => undefined, onDrain: send, onClose: () => undefined });
  send();
}

/** Whether a datagram arrives that the helper sends to itself. */
export async function tryUdp(sockets: ISocketFactory, clock: IClock, signal: AbortSignal): Promise<boolean> {
  const receiver = await sockets.bindUdp({ port: 0, host: LOOPBACK, signal });
  const sender = await sockets.bindUdp({ port: 0, host: LOOPBACK, signal }).catch((error: unknown) => {
    receiver.close();
    throw error;
  });
  try {
    return await new Promise<boolean>((resolve) => {
      receiver.setHandlers({ onMessage: () => resolve(true), onClose: () => resolve(false) });
      sender.setHandlers({ onMessage: () => undefined, onClose: () => resolve(false) });
      let left = DATAGRAMS;
      const send = (): void => {
        if (signal.aborted) return;
        if (left-- === 0) {
          resolve(false);
          return;
        }
        sender.send(new Uint8Array([left]), receiver.localEndpoint);
        clock.setTimer(DATAGRAM_INTERVAL_MS, send);
      };
      signal.addEventListener('abort', () => resolve(false));
      send();
    });
  } finally {
    sender.close();
    receiver.close();
  }
}
