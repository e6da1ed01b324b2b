import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { formatInteger, t } from '../../i18n/t.js';
import { formatBytes } from '../state/format.js';
import { useCanvas } from './use-canvas.js';
import { usePolled } from './use-polled.js';
import { useViewSize } from './use-view-size.js';

const [CELL_PX, GAP_PX, FULL] = [9, 2, 255] as const;

interface PieceMapProps {
  readonly torrentId: string;
  readonly pieceLength: number | undefined;
}

/** Which pieces are here, which are somewhere, and which are nowhere. */
export function PieceMap({ torrentId, pieceLength }: PieceMapProps): JSX.Element {
  const map = usePolled('getPieces', { torrentId }).value;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useViewSize(frame).value;
  const have = map ? Uint8Array.fromBase64(map.have) : new Uint8Array();
  const availability = map ? Uint8Array.fromBase64(map.availability) : new Uint8Array();
  const columns = Math.max(1, Math.floor((width + GAP_PX) / (CELL_PX + GAP_PX)));
  const height = Math.ceil(have.length / columns) * (CELL_PX + GAP_PX);
  const missing = [...have.keys()].filter((cell) => have[cell] !== FULL && availability[cell] === 0).length;

  useCanvas(canvas, { width, height }, (context, colorOf) => {
    const [done, somewhere, nowhere] = [colorOf('done'), colorOf('accent'), colorOf('track')];
    const isMirrored = document.documentElement.dir === 'rtl';
    have.forEach((share, cell) => {
      const column = cell % columns;
      const x = (isMirrored ? columns - 1 - column : column) * (CELL_PX + GAP_PX);
      const y = Math.floor(cell / columns) * (CELL_PX + GAP_PX);
      context.globalAlpha = 1;
      context.fillStyle = nowhere;
      context.fillRect(x, y, CELL_PX, CELL_PX);
      const peers = availability[cell] ?? 0;
      if (share < FULL && peers > 0) {
        context.globalAlpha = Math.min(0.7, 0.15 + peers * 0.08);
        context.fillStyle = somewhere;
        context.fillRect(x, y, CELL_PX, CELL_PX);
      }
      context.globalAlpha = share / FULL;
      context.fillStyle = done;
      context.fillRect(x, y, CELL_PX, CELL_PX);
    });
  });

  if (map === null) return <p class="hint">{t('filesArrive')}</p>;
  const summary = map
    ? t('piecesHave', {
        have: formatInteger(map.haveCount),
        all: formatInteger(map.pieceCount),
        size: formatBytes(pieceLength ?? 0),
      })
    : '';
  return (
    <div class="pieces">
      <p class="pieces-summary">
        <span>{summary}</span>
        <span class="legend" data-color="done">
          {t('piecesHere')}
        </span>
        <span class="legend" data-color="accent">
          {t('piecesSomewhere')}
        </span>
        <span class="legend" data-color="track">
          {t('piecesNowhere')}
        </span>
      </p>
      <div ref={frame}>
        <canvas
          ref={canvas}
          class="chart"
          role="img"
          aria-label={missing > 0 ? `${summary} ${t('piecesMissing')}` : summary}
          style={{ height: `${height}px` }}
        />
      </div>
    </div>
  );
}
