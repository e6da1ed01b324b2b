/** Samples a second, one channel, 16 bits each. */
const SAMPLE_RATE = 22_050;
const SECONDS = 60;
const HEADER_BYTES = 44;
const NOTES_PER_SECOND = 4;
/** How long a string sounds. */
const RING_SAMPLES = 2 * SAMPLE_RATE;
/** Samples a wave takes: a pentatonic scale over two octaves. */
const WAVELENGTHS = [100, 89, 79, 67, 59, 50, 44, 40, 33, 30] as const;
const AMPLITUDE_BITS = 13;

/**
 * A minute of plucked strings as a WAV file (Karplus and Strong 1983): a burst of noise that goes round and is smoothed each time. In whole
 * numbers only, so that every machine and every browser makes the same bytes.
 */
export function pluckedStrings(): Uint8Array {
  const mix = new Int32Array(SECONDS * SAMPLE_RATE);
  const random = xorshift(0x4a53);
  let tone = 0;
  for (let note = 0; note < SECONDS * NOTES_PER_SECOND; note++) {
    const step = (random() % 5) - 2;
    tone = Math.min(WAVELENGTHS.length - 1, Math.max(0, tone + step));
    if (random() % 8 === 0) continue;
    const at = Math.floor((note * SAMPLE_RATE) / NOTES_PER_SECOND);
    pluck(mix.subarray(at, at + RING_SAMPLES), WAVELENGTHS[tone] as number, random);
  }
  return wav(mix);
}

function pluck(into: Int32Array, wavelength: number, random: () => number): void {
  const string = Int32Array.from(
    { length: wavelength },
    () => (random() % (2 << AMPLITUDE_BITS)) - (1 << AMPLITUDE_BITS),
  );
  for (let sample = 0, place = 0; sample < into.length; sample++) {
    const next = place + 1 === wavelength ? 0 : place + 1;
    const value = string[place] as number;
    into[sample] = (into[sample] as number) + value;
    string[place] = ((value + (string[next] as number)) * 511) >> 10;
    place = next;
  }
}

function wav(samples: Int32Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const write = (offset: number, text: string): void => void new TextEncoder().encodeInto(text, bytes.subarray(offset));
  write(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, 2 * SAMPLE_RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  for (const [place, sample] of samples.entries()) {
    view.setInt16(HEADER_BYTES + 2 * place, Math.min(32_767, Math.max(-32_768, sample)), true);
  }
  return bytes;
}

/** Marsaglia's generator of 32 bits. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
