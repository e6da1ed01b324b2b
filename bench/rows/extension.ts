import { extension } from '../contestants/extension.js';
import { bareLane, nullEngine } from '../contestants/null-engine.js';
import { buildNullExtension } from '../null-engine/build.js';
import type { Lane } from '../null-engine/messages.js';
import { Swarm } from '../sources/swarm.js';
import type { TransferRow } from './row.js';

/** At 34 MB/s a GiB five times by all three would take nine minutes. */
const NATIVE_BYTES = 256 * 1024 * 1024;

export const extensionRows: readonly TransferRow[] = [extensionRow('native'), extensionRow('fast')];

/** The extension end to end, against what its lane alone can carry. */
function extensionRow(lane: Lane): TransferRow {
  return {
    name: `extension-${lane}`,
    about: `extension from 1 libtorrent seeder to private files, ${lane} lane`,
    references: ['null engine', 'bare lane'],
    prepare: async ({ scratch, sizeBytes: askedBytes }) => {
      const sizeBytes = lane === 'native' ? Math.min(askedBytes, NATIVE_BYTES) : askedBytes;
      const nullExtension = await scratch.folder('null-extension');
      await buildNullExtension(nullExtension);
      const swarm = await Swarm.start({ payload: { sizeBytes }, scratch, uploadLimits: [0] });
      const options = { extension: nullExtension, lane, sizeBytes };
      return {
        contestants: [extension(swarm, lane), nullEngine(options, swarm), bareLane(options)],
        sizeBytes,
        close: () => swarm.close(),
      };
    },
  };
}
