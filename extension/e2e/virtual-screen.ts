import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { waitUntil } from '../../shared/engine/test/interop/peers/index.js';

const run = promisify(execFile);
const SERVER = 'Xvfb';
const SIZE = '1280x900x24';

/** A screen that nobody looks at (Xvfb), for what Chrome shows only in a window: its own questions. */
export class VirtualScreen {
  private constructor(
    /** For `DISPLAY`. */
    readonly display: string,
    private readonly server: ChildProcess,
  ) {}

  static async open(): Promise<VirtualScreen> {
    const server = spawn(SERVER, ['-displayfd', '1', '-screen', '0', SIZE], { stdio: ['ignore', 'pipe', 'ignore'] });
    let number = '';
    server.stdout.on('data', (chunk: Buffer) => (number += chunk.toString()));
    await waitUntil(() => number.endsWith('\n'), { timeoutMs: 20_000, what: 'the screen is there' });
    return new VirtualScreen(`:${number.trim()}`, server);
  }

  /** Presses the mouse button at a place of the screen. */
  async click(x: number, y: number): Promise<void> {
    await run('xdotool', ['mousemove', `${x}`, `${y}`, 'click', '1'], {
      env: { ...process.env, DISPLAY: this.display },
    });
  }

  stop(): Promise<void> {
    this.server.kill();
    return Promise.resolve();
  }
}
