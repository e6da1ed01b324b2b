import { BrowserClock } from '../io/browser-clock.js';
import { RpcClient, type RpcListeners } from './client.js';
import type { RpcPort } from './port.js';
import { RpcError } from './rpc-error.js';
import { RuntimeRpcPort, VIEW_PORT_NAME } from './runtime-port.js';
import type { WorkerMessage, WorkerReply } from './worker-messages.js';

async function askWorker(message: WorkerMessage): Promise<void> {
  const reply = await chrome.runtime.sendMessage<WorkerMessage, WorkerReply | undefined>(message);
  if (!reply?.ok) throw new RpcError('no-engine', reply?.message ?? 'The service worker gave no answer.');
}

/** Waits until the engine host runs, then opens a port to it. Connecting earlier would find nobody. */
async function connectToEngine(): Promise<RpcPort> {
  await askWorker({ type: 'ensureEngine' });
  return new RuntimeRpcPort(chrome.runtime.connect({ name: VIEW_PORT_NAME }));
}

/** A view's client of the running extension. */
export function openRpc(listeners: RpcListeners): RpcClient {
  return new RpcClient({ connect: connectToEngine, clock: new BrowserClock(), listeners });
}

/** Hands a magnet to the service worker, which keeps it as a pending add. */
export function handOverMagnet(magnet: string): Promise<void> {
  return askWorker({ type: 'takeMagnet', magnet });
}
