import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NativeReader, NativeWriter } from '../src/native-messaging.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jstorrent-native-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Everything a reader makes of `chunks`. */
function read(chunks: readonly Uint8Array[]): Promise<{ messages: unknown[]; error: Error | undefined }> {
  return new Promise((resolve) => {
    const messages: unknown[] = [];
    new NativeReader(Readable.from(chunks, { objectMode: false }), {
      onMessage: (message) => messages.push(message),
      onEnd: (error) => resolve({ messages, error }),
    });
  });
}

function encode(message: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(json.length);
  return Buffer.concat([prefix, json]);
}

describe('native messages', () => {
  it('are written once each and in order, also when one is sent as another leaves', async () => {
    const path = join(folder, 'out');
    const fd = openSync(path, 'w');
    const writer = new NativeWriter(fd, () => expect.unreachable());
    await new Promise<void>((resolve) => {
      let left = 200;
      const next = () => {
        left--;
        if (left % 3 === 0) writer.sendMessage({ extra: left });
        if (left > 0) writer.sendMessage({ left }, next);
        else writer.afterWrites(resolve);
      };
      writer.sendMessage({ left }, next);
    });
    closeSync(fd);
    const { messages, error } = await read([await readFile(path)]);
    expect(error).toBeUndefined();
    const lefts = messages.filter((message) => (message as { left?: number }).left !== undefined);
    expect(lefts).toEqual(Array.from({ length: 200 }, (_, index) => ({ left: 200 - index })));
    expect(messages.length - lefts.length).toBe(67);
  });

  it('tell of a reader that has gone', async () => {
    const fd = openSync(join(folder, 'out'), 'w');
    closeSync(fd);
    const error = await new Promise<Error>((resolve) => new NativeWriter(fd, resolve).sendMessage({}));
    expect(error).toMatchObject({ code: 'EBADF' });
  });

  it('are read from chunks of any size', async () => {
    const message = fc.oneof(fc.string(), fc.jsonValue(), fc.constant('é'.repeat(1000)));
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), async (sent, size) => {
        const bytes = Buffer.concat(sent.map(encode));
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const { messages, error } = await read(chunks);
        expect(error).toBeUndefined();
        expect(messages).toEqual(sent.map((value) => JSON.parse(JSON.stringify(value)) as unknown));
      }),
    );
  });

  it('hostile 54: end with an error when they are empty, too long or no JSON, and after it nothing is read', async () => {
    for (const bytes of ['\0\0\0\0', '\xff\xff\xff\xff', '\x02\0\0\0{]']) {
      const { messages, error } = await read([encode('first'), Buffer.from(bytes, 'latin1'), encode('never')]);
      expect(error).toMatchObject({ code: 'bad-native-message' });
      expect(messages).toEqual(['first']);
    }
  });

  it('stop when the reader is closed', () => {
    const input = new PassThrough();
    const reader = new NativeReader(input, {
      onMessage: () => expect.unreachable(),
      onEnd: () => expect.unreachable(),
    });
    reader.close();
    expect(input.destroyed).toBe(true);
  });
});
