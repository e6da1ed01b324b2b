import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  EXTENSION_ID,
  framesMessage,
  OLDEST_PROTOCOL_VERSION,
  parseHelperHello,
  parseNativeMessage,
  PROTOCOL_VERSION,
} from '@jstorrent/bridge-protocol';
import { BridgeSession } from '../../src/lib/bridge-session.js';

const HELPER = fileURLToPath(new URL('../../../daemon-bridge/bin/jstorrent-bridge.js', import.meta.url));

/** The real helper behind pipes, spoken to as Chrome does: JSON with a little-endian length before each message. */
export class HelperProcess {
  readonly session: BridgeSession;
  readonly #child: ChildProcess;
  #onHello: (hello: unknown) => void = () => undefined;
  #received = Buffer.alloc(0);

  private constructor() {
    this.#child = spawn(process.execPath, [HELPER, 'host', `chrome-extension://${EXTENSION_ID}/`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.session = new BridgeSession({
      native: {
        send: (frames) => this.#post(framesMessage(Buffer.from(frames).toString('base64'))),
        close: () => undefined,
      },
      openFastLane: () => {
        throw new Error('not in this test');
      },
      onEnd: (reason) => this.session.end(reason),
      onFast: () => undefined,
      onFastLaneLost: () => undefined,
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#onBytes(chunk));
    // A frame may be on its way to a helper that was just killed; `exit` tells.
    this.#child.stdin?.on('error', () => undefined);
    this.#child.once('exit', () => this.session.end('the helper exited'));
  }

  /** Started, and with both hellos said. */
  static async start(): Promise<HelperProcess> {
    const helper = new HelperProcess();
    const hello = new Promise((resolve) => (helper.#onHello = resolve));
    const { version } = { version: '0.1.0' };
    helper.#post({
      hello: { protocol: PROTOCOL_VERSION, oldestProtocol: OLDEST_PROTOCOL_VERSION, version, capabilities: [] },
    });
    parseHelperHello(await hello);
    return helper;
  }

  /** The port ends, as at the end of the browser. */
  async end(): Promise<void> {
    const exit = once(this.#child, 'exit');
    // Frames of this turn are still to be written.
    await new Promise((resolve) => setImmediate(resolve));
    this.#child.stdin?.end();
    await exit;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #post(message: unknown): void {
    const text = Buffer.from(JSON.stringify(message));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    if (this.#child.stdin?.writable) this.#child.stdin.write(Buffer.concat([length, text]));
  }

  #onBytes(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readUInt32LE();
      if (this.#received.length < end) return;
      const message = parseNativeMessage(JSON.parse(this.#received.subarray(4, end).toString()));
      this.#received = this.#received.subarray(end);
      if ('hello' in message) this.#onHello(message.hello);
      else this.session.onNativeFrames(Buffer.from(message.frames, 'base64'));
    }
  }
}
