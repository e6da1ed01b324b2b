import type { TorrentSnapshot } from '../core/snapshots.js';
import type { Output } from './host.js';
import { formatBytes, formatDuration, printable } from './text.js';

/** Tells the user how a transfer goes on. */
export interface Report {
  listening(port: number): void;
  progress(torrent: TorrentSnapshot): void;
  complete(torrent: TorrentSnapshot): void;
  /** Leaves the output in a state in which other text can follow. */
  end(): void;
}

/** One JSON object a line: `{ event: 'listening' | 'progress' | 'complete', ... }`. */
export function jsonReport(output: Output): Report {
  const line = (event: string, more: object) => output.write(`${JSON.stringify({ event, ...more })}\n`);
  return {
    listening: (port) => line('listening', { port }),
    progress: (torrent) => line('progress', { torrent }),
    complete: (torrent) => line('complete', { torrent }),
    end: () => undefined,
  };
}

/** A bar that is drawn over itself on a terminal; elsewhere a line at each change of state. */
export function humanReport(output: Output): Report {
  let lastKind = '';
  let isLineOpen = false;
  const closeLine = () => {
    if (isLineOpen) output.write('\n');
    isLineOpen = false;
  };
  return {
    listening: (port) => output.write(`Listening on port ${port}\n`),
    progress: (torrent) => {
      if (output.isTerminal) {
        output.write(`\r\u001b[K${progressLine(torrent, output.columns)}`);
        isLineOpen = true;
      } else if (torrent.state.kind !== lastKind) {
        lastKind = torrent.state.kind;
        output.write(`${printable(torrent.name)}: ${lastKind}\n`);
      }
    },
    complete: (torrent) => {
      closeLine();
      output.write(`${printable(torrent.name)}: complete, ${formatBytes(torrent.wantedBytes)}, every piece verified\n`);
    },
    end: closeLine,
  };
}

const BAR_CHARACTERS = 24;

/** One line of at most `columns - 1` characters, so that the terminal does not wrap it. */
function progressLine(torrent: TorrentSnapshot, columns: number): string {
  const fraction = progressOf(torrent);
  const filled = Math.floor(fraction * BAR_CHARACTERS);
  const parts = [
    `[${'#'.repeat(filled)}${'-'.repeat(BAR_CHARACTERS - filled)}]`,
    `${(Math.floor(fraction * 1000) / 10).toFixed(1).padStart(5)}%`,
    torrent.state.kind,
    `${formatBytes(torrent.downloadRate)}/s down`,
    `${formatBytes(torrent.uploadRate)}/s up`,
    `${torrent.connectedPeers} peers`,
  ];
  if (torrent.etaSeconds !== undefined) parts.push(`${formatDuration(torrent.etaSeconds)} left`);
  parts.push(printable(torrent.name));
  return Array.from(parts.join('  '))
    .slice(0, Math.max(1, columns - 1))
    .join('');
}

function progressOf({ state, wantedBytes, wantedDoneBytes }: TorrentSnapshot): number {
  if (state.kind === 'checking') return state.progress;
  return wantedBytes === 0 ? 0 : wantedDoneBytes / wantedBytes;
}
