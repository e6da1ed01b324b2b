const SAMPLES_PER_SECOND = 22_050;
const SECONDS_PER_BEAT = 0.36;
const AMPLITUDE = 0.28;
const HEADER_BYTES = 44;

/** MIDI note numbers and beats: the first lines of "Ode to Joy" (Beethoven, 1824). */
const MELODY: readonly (readonly [note: number, beats: number])[] = [
  ...([64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64] as const).map((note) => [note, 1] as const),
  [64, 1.5],
  [62, 0.5],
  [62, 2],
  ...([64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64] as const).map((note) => [note, 1] as const),
  [62, 1.5],
  [60, 0.5],
  [60, 2],
];

/** A tune as a WAV file: mono, 16 bit PCM. */
export function tuneAsWav(): Buffer {
  const notes = MELODY.map(([note, beats]) => tone(440 * 2 ** ((note - 69) / 12), beats * SECONDS_PER_BEAT));
  const samples = Buffer.concat(notes);
  return Buffer.concat([wavHeader(samples.length), samples]);
}

/** One note of a soft organ: three harmonics that fade in and out, so that nothing clicks. */
function tone(hertz: number, seconds: number): Buffer {
  const count = Math.round(seconds * SAMPLES_PER_SECOND);
  const samples = Buffer.alloc(count * 2);
  for (let index = 0; index < count; index++) {
    const time = index / SAMPLES_PER_SECOND;
    const harmonics = [1, 2, 3].reduce((sum, n) => sum + Math.sin(2 * Math.PI * hertz * n * time) / (n * n), 0);
    const envelope = Math.min(1, time / 0.02, (seconds - time) / 0.08) * Math.exp(-1.5 * time);
    samples.writeInt16LE(Math.round(32_767 * AMPLITUDE * envelope * harmonics), index * 2);
  }
  return samples;
}

function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  header.writeUInt32LE(SAMPLES_PER_SECOND * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
