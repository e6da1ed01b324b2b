import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  type BridgeMessage,
  type CloseReason,
  encodeCredit,
  encodeMessage,
  EXTENSION_ID,
  FrameDecoder,
  FrameWriter,
  MAX_CREDIT_BYTES,
  MAX_UPLINK_MESSAGE_BYTES,
  NATIVE_LANE_BATCH_BYTES,
  Opcode,
  parseClose,
  PROTOCOL_VERSION,
} from '@jstorrent/bridge-protocol';

export const PROGRAM = fileURLToPath(new URL('../bin/jstorrent-bridge.js', import.meta.url));
export const ORIGIN = `chrome-extension://${EXTENSION_ID}`;
export const HELLO = {
  protocol: PROTOCOL_VERSION,
  oldestProtocol: PROTOCOL_VERSION,
  version: 'test',
  capabilities: [],
};

export interface ReceivedFrame {
  readonly opcode: number;
  readonly id: number;
  readonly payload: Buffer;
}

interface Waiter {
  readonly matches: (frame: ReceivedFrame) => boolean;
  readonly resolve: (frame: ReceivedFrame) => void;
}

/** Chrome and the extension in one: starts the helper and speaks native messaging, and whatever lane a test adds, with it. */
export class HelperProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Resolves to the exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** Every native message but frames. */
  readonly messages: unknown[] = [];
  /** All that came by the native port. */
  nativeBytes = 0;
  #stderr = '';
  #frames: ReceivedFrame[] = [];
  #waiters: Waiter[] = [];
  #input: Buffer = Buffer.alloc(0);
  #nextId = 1;
  readonly nativeDecoder = this.decoder();
  readonly #nativeWriter = new FrameWriter({
    acquire: () => new Uint8Array(NATIVE_LANE_BATCH_BYTES),
    emit: (frames) => this.sendNative({ f: Buffer.from(frames).toString('base64') }),
    onPending: () => undefined,
  });
  /** Where frames go; a test may put the fast lane here. */
  uplink: FrameWriter = this.#nativeWriter;

  constructor(args: readonly string[] = [`${ORIGIN}/`]) {
    this.child = spawn(process.execPath, [PROGRAM, 'host', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  /** What the helper said on stderr: nothing, when all is well. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Starts a helper and exchanges hellos. */
  static async ready(): Promise<HelperProcess> {
    const helper = new HelperProcess();
    helper.sendNative({ hello: HELLO });
    await once(helper.child.stdout, 'data');
    return helper;
  }

  sendNative(message: unknown): void {
    const json = Buffer.from(JSON.stringify(message));
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32LE(json.length);
    this.child.stdin.write(Buffer.concat([prefix, json]));
  }

  /** A decoder for another lane, whose frames join the others. */
  decoder(): FrameDecoder {
    return new FrameDecoder({
      onFrame: (opcode, id, payload) => this.#deliver({ opcode, id, payload: Buffer.from(payload) }),
      onBadFrame: (_id, error) => {
        throw error;
      },
    });
  }

  /** A writer whose batches go to `send`. */
  static writer(send: (frames: Uint8Array) => void): FrameWriter {
    return new FrameWriter({
      acquire: () => new Uint8Array(MAX_UPLINK_MESSAGE_BYTES / 2),
      emit: send,
      onPending: () => undefined,
    });
  }

  send(opcode: number, id: number, payload?: Uint8Array): void {
    this.uplink.write(opcode, id, payload);
    this.uplink.flush();
  }

  sendData(id: number, data: Uint8Array): void {
    this.uplink.writeData(id, data);
    this.uplink.flush();
  }

  /** Sends an opening frame under a fresh id. */
  open(opcode: number, message: BridgeMessage): number {
    const id = this.#nextId++;
    this.send(opcode, id, encodeMessage(message));
    return id;
  }

  /** Connects to a port of this machine, with credit in both directions. */
  async connect(port: number, creditBytes = MAX_CREDIT_BYTES): Promise<number> {
    const id = this.open(Opcode.CONNECT, { host: '127.0.0.1', port });
    if (creditBytes > 0) this.send(Opcode.CREDIT, id, encodeCredit(creditBytes));
    await this.next(id, Opcode.CREDIT);
    return id;
  }

  /** The next frame of `opcode` for `id`; frames wait until they are asked for. */
  next(id: number, opcode: number): Promise<ReceivedFrame> {
    const matches = (frame: ReceivedFrame) => frame.id === id && frame.opcode === opcode;
    const found = this.#frames.find(matches);
    if (!found) return new Promise((resolve) => this.#waiters.push({ matches, resolve }));
    this.#frames = this.#frames.filter((frame) => frame !== found);
    return Promise.resolve(found);
  }

  async closed(id: number): Promise<CloseReason | undefined> {
    return parseClose((await this.next(id, Opcode.CLOSE)).payload);
  }

  /** Exactly so many bytes of a stream. */
  async data(id: number, bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = bytes; missing > 0;) {
      const { payload } = await this.next(id, Opcode.DATA);
      parts.push(payload);
      missing -= payload.length;
    }
    return Buffer.concat(parts);
  }

  /** Frames nobody has asked for. */
  pending(id: number, opcode: number): ReceivedFrame[] {
    return this.#frames.filter((frame) => frame.id === id && frame.opcode === opcode);
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.exited;
  }

  #deliver(frame: ReceivedFrame): void {
    const waiter = this.#waiters.find(({ matches }) => matches(frame));
    if (waiter) {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      waiter.resolve(frame);
    } else {
      this.#frames.push(frame);
    }
  }

  #receive(chunk: Buffer): void {
    this.nativeBytes += chunk.length;
    this.#input = Buffer.concat([this.#input, chunk]);
    while (this.#input.length >= 4 && this.#input.length >= 4 + this.#input.readUInt32LE(0)) {
      const end = 4 + this.#input.readUInt32LE(0);
      const message = JSON.parse(this.#input.toString('utf8', 4, end)) as { f?: string };
      this.#input = this.#input.subarray(end);
      if (message.f === undefined) this.messages.push(message);
      else this.nativeDecoder.push(Buffer.from(message.f, 'base64'));
    }
  }
}
