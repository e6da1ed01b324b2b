import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatInteger, t, tn } from '../../i18n/t.js';
import { ROW_ACTIONS, runAction, shortcutName } from '../state/actions.js';
import { columnOf } from '../state/columns.js';
import { useStore } from '../state/context.js';
import { FIELD_IDS } from '../state/view-keys.js';
import { AddButton } from './add-dialog.js';
import { FilterSelect } from './filter-select.js';
import { Icon } from './icon.js';
import { IconButton } from './icon-button.js';
import { Popover } from './popover.js';

function SearchField(): JSX.Element {
  const { search } = useStore().view;
  return (
    <span class="search">
      <Icon name="search" />
      <input
        id={FIELD_IDS.search}
        class="field"
        type="search"
        aria-label={t('search')}
        aria-keyshortcuts="Control+F"
        placeholder={t('search')}
        autocomplete="off"
        spellcheck={false}
        value={search.value}
        onInput={({ currentTarget }) => (search.value = currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && search.peek() !== '') {
            event.stopPropagation();
            search.value = '';
          }
        }}
      />
    </span>
  );
}

/** What can be done with several selected torrents. */
function SelectionActions(): JSX.Element | null {
  const store = useStore();
  const { size } = store.selection.ids.value;
  if (size < 2 && !store.selection.isCollecting.value) return null;
  const torrents = store.findAll(store.selection.ids.value);
  return (
    <div class="selection" role="group" aria-label={tn('selectedCount', size)}>
      <span aria-live="polite">{tn('selectedCount', size)}</span>
      {ROW_ACTIONS.filter((action) => torrents.some((torrent) => action.isAvailable(torrent))).map((action) => (
        <IconButton
          key={action.id}
          icon={action.icon}
          label={t('subject', { label: action.label, subject: tn('selectedCount', size) })}
          shortcut={shortcutName(action)}
          onClick={() => runAction(store, action, torrents)}
        />
      ))}
      <IconButton icon="close" label={t('clearSelection')} onClick={() => store.selection.clear()} />
    </div>
  );
}

/** Which columns the table has and how dense it is. */
function ViewMenu(): JSX.Element {
  const { prefs } = useStore();
  const columns = prefs.columns.value;
  return (
    <Popover icon="columns" label={t('columnsAndDensity')}>
      <label class="check">
        <input
          type="checkbox"
          checked={prefs.density.value === 'compact'}
          onChange={({ currentTarget }) => {
            prefs.density.value = currentTarget.checked ? 'compact' : 'comfortable';
          }}
        />
        {t('compactRows')}
      </label>
      <ul class="column-choices">
        {columns.map(({ id, isShown }, place) => {
          const label = t(columnOf(id)?.label ?? 'columnName');
          const [before, after] = [columns[place - 1], columns[place + 1]];
          return (
            <li key={id}>
              <label class="check">
                <input
                  type="checkbox"
                  checked={isShown}
                  disabled={id === 'name'}
                  onChange={({ currentTarget }) => prefs.changeColumn(id, { isShown: currentTarget.checked })}
                />
                {label}
              </label>
              <span>
                {before && (
                  <IconButton
                    icon="up"
                    label={t('moveUp')}
                    subject={label}
                    onClick={() => prefs.moveColumn(id, before.id)}
                  />
                )}
                {after && (
                  <IconButton
                    icon="down"
                    label={t('moveDown')}
                    subject={label}
                    onClick={() => prefs.moveColumn(id, after.id)}
                  />
                )}
              </span>
            </li>
          );
        })}
      </ul>
      <button type="button" class="button" data-kind="quiet" onClick={() => prefs.resetColumns()}>
        {t('usualColumns')}
      </button>
    </Popover>
  );
}

/** Told to screen readers when the user changed what is shown; that torrents change by themselves is not. */
function Announced({ text }: { readonly text: string }): JSX.Element {
  const { filter, search } = useStore().view;
  const said = useSignal('');
  useEffect(() => {
    said.value = text;
  }, [filter.value, search.value]);
  return (
    <span class="visually-hidden" aria-live="polite">
      {said.value}
    </span>
  );
}

interface ListToolbarProps {
  readonly hasSidebar: boolean;
  /** There is a field for links above. */
  readonly hasField: boolean;
}

/** Above the list: which of the torrents it shows, and what to do with those that are selected. */
export function ListToolbar({ hasSidebar, hasField }: ListToolbarProps): JSX.Element | null {
  const store = useStore();
  const total = useComputed(() => store.index.counts.value.states.get('all') ?? 0).value;
  const addButton = !hasField && <AddButton />;
  if (total === 0) return addButton ? <div class="list-toolbar">{addButton}</div> : null;
  const hidden = total - store.shown.value.length;
  const howMany = hidden > 0 ? t('notShown', { count: formatInteger(hidden) }) : '';
  return (
    <div class="list-toolbar">
      {addButton}
      {!hasSidebar && <FilterSelect />}
      <SearchField />
      <span class="hint">{howMany}</span>
      <Announced text={howMany} />
      <SelectionActions />
      {store.isWide.value && <ViewMenu />}
    </div>
  );
}
