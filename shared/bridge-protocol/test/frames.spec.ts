import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BridgeProtocolError,
  decodeDatagram,
  encodeDatagramAddress,
  FrameDecoder,
  FrameWriter,
  MAX_PAYLOAD_BYTES,
  MAX_SKIPPED_FRAME_BYTES,
  NATIVE_LANE_BATCH_BYTES,
  Opcode,
} from '@jstorrent/bridge-protocol';

interface Frame {
  opcode: number;
  id: number;
  payload: Uint8Array;
}

function collect(): { frames: Frame[]; bad: [number, string][]; decoder: FrameDecoder } {
  const frames: Frame[] = [];
  const bad: [number, string][] = [];
  const decoder = new FrameDecoder({
    onFrame: (opcode, id, payload) => frames.push({ opcode, id, payload: payload.slice() }),
    onBadFrame: (id, error) => bad.push([id, error.code]),
  });
  return { frames, bad, decoder };
}

function writer(): { writer: FrameWriter; batches: Uint8Array[]; pending: () => number } {
  const batches: Uint8Array[] = [];
  let pending = 0;
  const outlet = {
    acquire: () => new Uint8Array(NATIVE_LANE_BATCH_BYTES),
    emit: (frames: Uint8Array) => batches.push(frames),
    onPending: () => pending++,
  };
  return { writer: new FrameWriter(outlet), batches, pending: () => pending };
}

/** DATA parts of one id joined with their neighbours, as a stream's reader sees them. */
function joinData(frames: readonly Frame[]): Frame[] {
  const joined: Frame[] = [];
  for (const frame of frames) {
    const last = joined.at(-1);
    if (frame.opcode === Opcode.DATA && last?.opcode === Opcode.DATA && last.id === frame.id) {
      last.payload = Uint8Array.from([...last.payload, ...frame.payload]);
    } else {
      joined.push({ ...frame });
    }
  }
  return joined.filter((frame) => frame.opcode !== Opcode.DATA || frame.payload.length > 0);
}

function chunks(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}

const arbitraryFrame = fc.record({
  opcode: fc.constantFrom(Opcode.DATA, Opcode.CREDIT, Opcode.CLOSE, Opcode.DATAGRAM, 0xff),
  id: fc.integer({ min: 0, max: 0xffff_ffff }),
  payload: fc.uint8Array({ maxLength: 300 }),
});

describe('frames', () => {
  it('come out as they went in, whatever the chunks are', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryFrame, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
        (sent, sizes) => {
          const { writer: out, batches } = writer();
          for (const { opcode, id, payload } of sent) out.write(opcode, id, payload);
          out.flush();
          const { frames, bad, decoder } = collect();
          for (const batch of batches) for (const chunk of chunks(batch, sizes)) decoder.push(chunk);
          expect(bad).toEqual([]);
          expect(joinData(frames)).toEqual(joinData(sent));
        },
      ),
    );
  });

  it('split a long stream over batches without losing a byte', () => {
    const { writer: out, batches } = writer();
    const data = Uint8Array.from({ length: 300_000 }, (_, index) => index * 7);
    out.write(Opcode.CREDIT, 3, Uint8Array.of(0, 0, 1, 0));
    out.writeData(5, data);
    out.flush();
    expect(batches.length).toBeGreaterThan(4);
    const { frames, decoder } = collect();
    for (const batch of batches) decoder.push(batch);
    const parts = frames.filter((frame) => frame.id === 5).map((frame) => Buffer.from(frame.payload));
    expect(Buffer.concat(parts).equals(data)).toBe(true);
  });

  it('share a batch until it is flushed, and announce it once', () => {
    const { writer: out, batches, pending } = writer();
    out.write(Opcode.END, 1);
    out.write(Opcode.END, 2);
    expect([batches.length, pending()]).toEqual([0, 1]);
    out.flush();
    out.flush();
    expect([batches.length, out.pendingBytes]).toEqual([1, 0]);
    out.write(Opcode.END, 3);
    expect(pending()).toBe(2);
  });

  it('take the largest datagram with its address, and no longer payload', () => {
    const { writer: out, batches } = writer();
    const address = encodeDatagramAddress({ host: 'h'.repeat(255), port: 65_535 });
    out.write(Opcode.DATAGRAM, 9, address, new Uint8Array(65_507));
    out.flush();
    const { frames, decoder } = collect();
    for (const batch of batches) for (const chunk of chunks(batch, [10_000])) decoder.push(chunk);
    const datagram = decodeDatagram(frames[0]?.payload ?? new Uint8Array(0));
    expect([datagram.port, datagram.host.length, datagram.data.length]).toEqual([65_535, 255, 65_507]);
    expect(() => out.write(Opcode.DATAGRAM, 9, new Uint8Array(MAX_PAYLOAD_BYTES + 1))).toThrow(BridgeProtocolError);
  });

  it('hand payloads inside one chunk over in place', () => {
    const { writer: out, batches } = writer();
    out.write(Opcode.DATAGRAM, 9, Uint8Array.of(1, 2, 3));
    out.flush();
    const chunk = batches[0] ?? new Uint8Array(0);
    let buffer: ArrayBufferLike | undefined;
    const onBadFrame = () => expect.unreachable();
    new FrameDecoder({ onFrame: (_opcode, _id, payload) => (buffer = payload.buffer), onBadFrame }).push(chunk);
    expect(buffer).toBe(chunk.buffer);
  });

  it('hostile 54: a frame that is too long is skipped and blamed on its id, the rest is read', () => {
    const { frames, bad, decoder } = collect();
    const tooLong = new Uint8Array(9 + MAX_PAYLOAD_BYTES + 1);
    new DataView(tooLong.buffer).setUint32(0, 5 + MAX_PAYLOAD_BYTES + 1);
    tooLong.set([Opcode.DATA, 0, 0, 0, 7], 4);
    for (const chunk of chunks(tooLong, [1000])) decoder.push(chunk);
    decoder.push(Uint8Array.of(0, 0, 0, 5, Opcode.END, 0, 0, 0, 8));
    expect(bad).toEqual([[7, 'frame-too-long']]);
    expect(frames.map((frame) => frame.id)).toEqual([8]);
  });

  it.each([0, 4, MAX_SKIPPED_FRAME_BYTES + 1, 0xffff_ffff])(
    'hostile 54: a length of %d ends the lane, for good',
    (length) => {
      const { frames, decoder } = collect();
      const header = new Uint8Array(9);
      new DataView(header.buffer).setUint32(0, length);
      expect(() => decoder.push(header)).toThrow(expect.objectContaining({ code: 'framing-lost' }));
      expect(() => decoder.push(Uint8Array.of(0, 0, 0, 5, Opcode.END, 0, 0, 0, 8))).toThrow(BridgeProtocolError);
      expect(frames).toEqual([]);
    },
  );

  it('hostile 54: any bytes give frames or framing-lost, nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (parts) => {
        const { decoder } = collect();
        try {
          for (const part of parts) decoder.push(part);
        } catch (error) {
          expect(error).toMatchObject({ name: 'BridgeProtocolError', code: 'framing-lost' });
        }
      }),
    );
  });
});

describe('datagrams', () => {
  it('keep their address and bytes', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), fc.uint8Array(), (name, port, data) => {
        const payload = Uint8Array.from([...encodeDatagramAddress({ host: name, port }), ...data]);
        expect(decodeDatagram(payload)).toEqual({ host: name, port, data });
      }),
    );
  });

  it('without a whole address are refused', () => {
    for (const payload of [[], [0, 80], [0, 80, 0], [0, 80, 4, 1, 2, 3], [0, 0, 1, 65]]) {
      expect(() => decodeDatagram(Uint8Array.from(payload))).toThrow(BridgeProtocolError);
    }
  });
});
