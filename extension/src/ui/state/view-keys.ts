import type { PlainKey } from '../../i18n/t.js';
import { tabStopRow } from './row-focus.js';
import type { Store } from './store.js';

/** A key of the whole view. */
export interface ViewKey {
  /** As people read it. */
  readonly keys: string;
  readonly label: PlainKey;
  /** Also while something is being typed. */
  readonly isForFieldsToo?: true;
  /** Undefined for what others handle: rows, undo. */
  readonly run?: (store: Store, focus: (fieldId: string) => void) => void;
}

/** The fields that keys lead to. */
export const FIELD_IDS = { add: 'add-field', search: 'search-field' } as const;

function selectAll(store: Store): void {
  store.selection.all(store.shown.peek());
  if (document.activeElement === document.body) tabStopRow()?.focus();
}

export const VIEW_KEYS: readonly ViewKey[] = [
  { keys: '/', label: 'keyAdd', run: (_store, focus) => focus(FIELD_IDS.add) },
  { keys: 'Control+F', label: 'search', isForFieldsToo: true, run: (_store, focus) => focus(FIELD_IDS.search) },
  { keys: ',', label: 'settings', run: (store) => (store.areSettingsOpen.value = true) },
  { keys: '?', label: 'shortcuts', run: (store) => (store.areShortcutsOpen.value = true) },
  { keys: 'Control+Z', label: 'undo' },
  { keys: 'Control+A', label: 'selectAll', run: selectAll },
  { keys: 'Shift+ArrowDown', label: 'selectMore' },
  { keys: 'ArrowDown', label: 'nextRow' },
  { keys: 'Escape', label: 'closeDetails' },
];

/** The key that an event stands for, as the table has it, unless the user wants none of its kind. */
export function viewKeyOf(event: KeyboardEvent, { hasCharacterKeys }: Store['prefs']): ViewKey | undefined {
  if (event.altKey) return undefined;
  const isControl = event.ctrlKey || event.metaKey;
  if (!isControl && event.key.length === 1 && !hasCharacterKeys.peek()) return undefined;
  const name = isControl ? `Control+${event.key.toUpperCase()}` : event.key;
  return VIEW_KEYS.find(({ keys, run }) => run && keys === name);
}
