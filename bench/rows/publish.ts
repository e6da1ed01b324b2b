import { bareCopy, publishing } from '../contestants/publishing.js';
import { Swarm } from '../sources/swarm.js';
import type { TransferRow } from './row.js';

/** From the browser's own storage to a folder of the user's. */
export const publishRow: TransferRow = {
  name: 'publish',
  about: 'a finished file from private files to a folder, verified there',
  references: ['bare copy'],
  prepare: async ({ scratch, sizeBytes }) => {
    const swarm = await Swarm.start({ payload: { sizeBytes }, scratch, uploadLimits: [0] });
    return { contestants: [publishing(swarm), bareCopy(swarm)], sizeBytes, close: () => swarm.close() };
  },
};
