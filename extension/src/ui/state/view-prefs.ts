import { effect, signal, type Signal } from '@preact/signals';
import { columnOf, COLUMNS, type ColumnId, type Sorting } from './columns.js';

/** A column as the user left it. */
export interface ColumnPlace {
  readonly id: ColumnId;
  /** Pixels. */
  readonly width: number;
  readonly isShown: boolean;
}

export type Density = 'comfortable' | 'compact';

const STORAGE_KEY = 'view';
/** Of any column. */
export const [MIN_COLUMN_PX, MAX_COLUMN_PX] = [44, 1200] as const;
/** How high the pane is until the user gives it a height. */
export const USUAL_DETAILS_PX = 300;
export const NEWEST_FIRST: Sorting = { column: 'added', isDescending: true };

/** How the user likes the list to look, and its keys to work; kept in the browser, the same in every view. */
export class ViewPrefs {
  /** All columns in their order. */
  readonly columns: Signal<readonly ColumnPlace[]>;
  readonly sorting: Signal<Sorting>;
  readonly density: Signal<Density>;
  /** Keys that are one character work wherever the focus is. */
  readonly hasCharacterKeys: Signal<boolean>;
  /** Of the pane below the table, in pixels. */
  readonly detailsHeight: Signal<number>;
  /** Of the pane beside it, in pixels. */
  readonly detailsWidth: Signal<number>;

  constructor(storage: Storage = localStorage) {
    const stored = parse(storage.getItem(STORAGE_KEY) ?? '');
    this.columns = signal(columnsOf(stored['columns']));
    this.sorting = signal(sortingOf(stored['sorting']));
    this.density = signal(densityOf(stored['density']));
    this.hasCharacterKeys = signal(stored['hasCharacterKeys'] !== false);
    this.detailsHeight = signal(sizeOf(stored['detailsHeight'], USUAL_DETAILS_PX));
    this.detailsWidth = signal(sizeOf(stored['detailsWidth'], 500));
    effect(() => storage.setItem(STORAGE_KEY, this.text));
  }

  /** All of it, for a file. */
  get text(): string {
    const { columns, sorting, density, hasCharacterKeys, detailsHeight, detailsWidth } = this;
    return JSON.stringify({
      columns: columns.value,
      sorting: sorting.value,
      density: density.value,
      hasCharacterKeys: hasCharacterKeys.value,
      detailsHeight: detailsHeight.value,
      detailsWidth: detailsWidth.value,
    });
  }

  /** Takes over what a file says of columns, sorting and density, where nothing of them was changed here. Whether it did. */
  adopt(text: string): boolean {
    const given = parse(text);
    const usual = { columns: columnsOf(undefined), sorting: NEWEST_FIRST, density: 'comfortable' };
    const { columns, sorting, density } = this;
    const wanted = {
      columns: columnsOf(given['columns']),
      sorting: sortingOf(given['sorting']),
      density: densityOf(given['density']),
    };
    const here = JSON.stringify({ columns: columns.value, sorting: sorting.value, density: density.value });
    if (here !== JSON.stringify(usual) || here === JSON.stringify(wanted)) return false;
    columns.value = wanted.columns;
    sorting.value = wanted.sorting;
    density.value = wanted.density;
    return true;
  }

  /** Up, down, and back to the newest first. */
  sortBy(column: ColumnId): void {
    const { column: before, isDescending } = this.sorting.peek();
    const startsDescending = columnOf(column)?.isFigure === true && column !== 'time' && column !== 'queue';
    if (before !== column) this.sorting.value = { column, isDescending: startsDescending };
    else if (isDescending === startsDescending) this.sorting.value = { column, isDescending: !isDescending };
    else this.sorting.value = NEWEST_FIRST;
  }

  changeColumn(id: ColumnId, change: Partial<Omit<ColumnPlace, 'id'>>): void {
    this.columns.value = this.columns
      .peek()
      .map((column) =>
        column.id === id ? { ...column, ...change, width: clampWidth(change.width ?? column.width) } : column,
      );
  }

  /** Puts a column where another one is. */
  moveColumn(id: ColumnId, target: ColumnId): void {
    const columns = [...this.columns.peek()];
    const from = columns.findIndex((column) => column.id === id);
    const to = columns.findIndex((column) => column.id === target);
    const [moved] = columns.splice(from, 1);
    if (!moved || to === -1) return;
    columns.splice(to, 0, moved);
    this.columns.value = columns;
  }

  resetColumns(): void {
    this.columns.value = columnsOf(undefined);
  }
}

const clampWidth = (width: number): number => Math.round(Math.min(MAX_COLUMN_PX, Math.max(MIN_COLUMN_PX, width)));

/** Anything may be in it: an older version wrote it, or anybody. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function columnsOf(stored: unknown): readonly ColumnPlace[] {
  const places = new Map<ColumnId, ColumnPlace>();
  for (const entry of Array.isArray(stored) ? (stored as readonly unknown[]) : []) {
    const { id, width, isShown } = (entry ?? {}) as Partial<Record<keyof ColumnPlace, unknown>>;
    const column = columnOf(String(id));
    if (column) {
      places.set(column.id, {
        id: column.id,
        width: clampWidth(sizeOf(width, column.width)),
        isShown: isShown === true,
      });
    }
  }
  for (const { id, width, isShownAtFirst } of COLUMNS) {
    if (!places.has(id)) places.set(id, { id, width, isShown: isShownAtFirst });
  }
  return [...places.values()];
}

function sortingOf(stored: unknown): Sorting {
  const { column, isDescending } = (stored ?? {}) as Partial<Record<keyof Sorting, unknown>>;
  const known = columnOf(String(column));
  return known ? { column: known.id, isDescending: isDescending === true } : NEWEST_FIRST;
}

const densityOf = (stored: unknown): Density => (stored === 'compact' ? 'compact' : 'comfortable');

const sizeOf = (stored: unknown, usual: number): number =>
  typeof stored === 'number' && Number.isFinite(stored) && stored > 0 ? stored : usual;
