import { loadAverage } from '../measure/machine.js';
import { median } from '../measure/median.js';
import { formatGrid } from '../report/grid.js';
import type { Row } from '../rows/row.js';
import { fetchMagnet, MAGNET_CLIENTS, type MagnetTimes } from './magnet-client.js';
import { MagnetSwarm } from './magnet-swarm.js';

const DEFAULT_RUNS = 5;
const MAX_BYTES = 64 * 1024 * 1024;
const REFERENCE = 'libtorrent';

/** One contestant in one way. */
interface MagnetResult {
  readonly name: string;
  readonly way: string;
  readonly times: (MagnetTimes & { readonly loadAverage: number })[];
}

export const magnetRow: Row = {
  name: 'magnet',
  about: 'seconds from adding a magnet link to its metadata and to the first verified piece',
  measure: async ({ runs = DEFAULT_RUNS, scratch, sizeBytes: askedBytes }) => {
    const { name: row, about } = magnetRow;
    const sizeBytes = Math.min(askedBytes, MAX_BYTES);
    process.stderr.write(`${row}: preparing\n`);
    const swarm = await MagnetSwarm.start(scratch, sizeBytes);
    try {
      const results = swarm.ways.flatMap(({ name: way }) =>
        MAGNET_CLIENTS.map(({ name }): MagnetResult => ({ name, way, times: [] })),
      );
      for (let run = 1; run <= runs; run++) {
        for (const way of swarm.ways) {
          for (const client of MAGNET_CLIENTS) {
            const load = loadAverage();
            const times = await fetchMagnet(client, way, scratch);
            const isSame = (result: MagnetResult) => result.name === client.name && result.way === way.name;
            results.find(isSame)?.times.push({ ...times, loadAverage: load });
            process.stderr.write(
              `${row}: ${way.name}, ${client.name}, run ${run} of ${runs}: metadata ${times.metadataSeconds.toFixed(3)} s, ` +
                `piece ${times.pieceSeconds.toFixed(3)} s (load ${load.toFixed(1)})\n`,
            );
          }
        }
      }
      const title = `${about}; ${sizeBytes / 2 ** 20} MiB, median of ${runs}, compared with ${REFERENCE}`;
      return { result: { name: row, about, sizeBytes, runs, results }, table: `${title}\n\n${formatResults(results)}` };
    } finally {
      await swarm.close();
    }
  },
};

function formatResults(results: readonly MagnetResult[]): string {
  const head = ['way', 'client', 'metadata s', 'x', '+ s', 'first piece s', 'x', '+ s', 'load'];
  const body = results.map((result) => {
    const reference = results.find(({ name, way }) => name === REFERENCE && way === result.way);
    const compared = (figure: (times: MagnetTimes) => number) => {
      const [own, theirs] = [medianOf(result, figure), medianOf(reference, figure)];
      return [own.toFixed(3), (own / theirs).toFixed(2), (own - theirs).toFixed(3)];
    };
    return [
      result.way,
      result.name,
      ...compared(({ metadataSeconds }) => metadataSeconds),
      ...compared(({ pieceSeconds }) => pieceSeconds),
      (median(result.times.map((times) => times.loadAverage)) ?? NaN).toFixed(1),
    ];
  });
  return formatGrid([head, ...body], 2);
}

function medianOf(result: MagnetResult | undefined, figure: (times: MagnetTimes) => number): number {
  return median(result?.times.map(figure) ?? []) ?? NaN;
}
