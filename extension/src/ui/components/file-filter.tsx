import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { Icon } from './icon.js';

/** Narrows a tree of files by their names. */
export function FileFilter({ value }: { readonly value: Signal<string> }): JSX.Element {
  return (
    <span class="search file-filter">
      <Icon name="search" />
      <input
        class="field"
        type="search"
        aria-label={t('filterFiles')}
        placeholder={t('filterFiles')}
        autocomplete="off"
        spellcheck={false}
        value={value.value}
        onInput={({ currentTarget }) => (value.value = currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value.peek() === '') return;
          event.stopPropagation();
          value.value = '';
        }}
      />
    </span>
  );
}
