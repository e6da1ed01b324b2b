import { NativeReader, NativeWriter } from './native-messaging.js';
import { NetworkPolicy } from './network-policy.js';
import { hostOrigin } from './host-origin.js';
import { runInstaller } from './install/cli.js';
import { Session } from './session.js';
import { StoppedRequests } from './stopped-requests.js';

const STDOUT_FD = 1;
const EXIT_REFUSED = 2;

/** `jstorrent-bridge`: `host` is what the launcher calls for Chrome, everything else is for people. Resolves to the exit code. */
export function main(args: readonly string[]): Promise<number> {
  return args[0] === 'host' ? runHost(args.slice(1)) : runInstaller(args);
}

/** Serves one extension until its port, or the process, is told to end. */
async function runHost(args: readonly string[]): Promise<number> {
  const origin = hostOrigin(args);
  if (origin === undefined) return EXIT_REFUSED;
  const policy = new NetworkPolicy();
  const stoppedRequests = new StoppedRequests(policy);
  let end: (exitCode: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const native = new NativeWriter(STDOUT_FD, () => end(0));
  const session = new Session({ native, origin, policy, stoppedRequests, onFatal: () => end(1) });
  const reader = new NativeReader(process.stdin, {
    onMessage: (message) => session.receive(message),
    onEnd: (error) => end(error ? 1 : 0),
  });
  process.once('SIGTERM', () => end(0));
  process.once('SIGINT', () => end(0));
  const exitCode = await ended;
  reader.close();
  session.close();
  await stoppedRequests.sendAll();
  return exitCode;
}
