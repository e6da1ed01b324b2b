import { useSignal } from '@preact/signals';
import type { JSX, TargetedPointerEvent } from 'preact';
import { t } from '../../i18n/t.js';
import { columnOf, type ColumnId } from '../state/columns.js';
import { useStore } from '../state/context.js';
import { type ColumnPlace, MAX_COLUMN_PX, MIN_COLUMN_PX } from '../state/view-prefs.js';
import { Icon } from './icon.js';

const KEY_STEP_PX = 16;

interface HeadCellProps {
  readonly column: ColumnPlace;
  readonly label: string;
  readonly isDropTarget: boolean;
  readonly onDrag: (id: ColumnId | undefined) => void;
  readonly onOver: (id: ColumnId) => void;
  readonly onDrop: (id: ColumnId) => void;
}

/** The edge that makes a column wider: dragged, or moved by the arrow keys. */
function ColumnEdge({ column: { id, width }, label }: Pick<HeadCellProps, 'column' | 'label'>): JSX.Element {
  const { prefs } = useStore();
  const start = useSignal<{ readonly x: number; readonly width: number } | undefined>(undefined);
  const outward = (pixels: number): number => (document.documentElement.dir === 'rtl' ? -pixels : pixels);

  /** The name is wider than asked for as long as nobody asked. */
  const shownWidth = (edge: HTMLElement): number => edge.parentElement?.offsetWidth || width;

  function onPointerMove({ clientX }: TargetedPointerEvent<HTMLElement>): void {
    const from = start.peek();
    if (from) prefs.changeColumn(id, { width: from.width + outward(clientX - from.x) });
  }

  return (
    <span
      class="column-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={t('columnWidth', { column: label })}
      aria-valuenow={width}
      aria-valuemin={MIN_COLUMN_PX}
      aria-valuemax={MAX_COLUMN_PX}
      tabIndex={0}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.value = { x: event.clientX, width: shownWidth(event.currentTarget) };
      }}
      onPointerMove={onPointerMove}
      onLostPointerCapture={() => (start.value = undefined)}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        prefs.changeColumn(id, { width: shownWidth(event.currentTarget) + outward(step * KEY_STEP_PX) });
      }}
    />
  );
}

function HeadCell({ column, label, isDropTarget, onDrag, onOver, onDrop }: HeadCellProps): JSX.Element {
  const store = useStore();
  const { column: sorted, isDescending } = store.prefs.sorting.value;
  const isSorted = sorted === column.id;
  return (
    <div
      class="head-cell"
      role="columnheader"
      data-figure={columnOf(column.id)?.isFigure}
      data-drop={isDropTarget}
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : 'none'}
      onDragOver={(event) => {
        event.preventDefault();
        onOver(column.id);
      }}
      onDrop={(event) => {
        event.preventDefault();
        onDrop(column.id);
      }}
    >
      <button
        type="button"
        class="head-button"
        draggable
        title={label}
        onClick={() => store.prefs.sortBy(column.id)}
        onDragStart={() => onDrag(column.id)}
        onDragEnd={() => onDrag(undefined)}
      >
        <span class="head-label">{label}</span>
        {isSorted && <Icon name={isDescending ? 'sortDown' : 'sortUp'} />}
      </button>
      <ColumnEdge column={column} label={label} />
    </div>
  );
}

/** The titles of the columns: a click sorts, dragging puts a column elsewhere or makes it wider. */
export function ListHead(): JSX.Element {
  const store = useStore();
  const over = useSignal<ColumnId | undefined>(undefined);
  return (
    <div class="list-head" role="rowgroup">
      <div class="head-row" role="row" aria-rowindex={1}>
        {store.shownColumns.value.map((column) => (
          <HeadCell
            key={column.id}
            column={column}
            label={t(columnOf(column.id)?.label ?? 'columnName')}
            isDropTarget={over.value === column.id && store.draggedColumn.value !== undefined}
            onDrag={(id) => {
              store.draggedColumn.value = id;
              over.value = undefined;
            }}
            onOver={(id) => (over.value = id)}
            onDrop={(id) => {
              const dragged = store.draggedColumn.peek();
              if (dragged !== undefined) store.prefs.moveColumn(dragged, id);
            }}
          />
        ))}
        <div class="head-cell" role="columnheader">
          <span class="visually-hidden">{t('actions')}</span>
        </div>
      </div>
    </div>
  );
}
