import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { addFiles, addText } from '../state/add.js';
import { useStore } from '../state/context.js';
import { FIELD_IDS } from '../state/view-keys.js';
import { AddOptionFields, AddOptionsMenu } from './add-options.js';
import { Icon } from './icon.js';
import { PlaceChoice } from './place-choice.js';

interface AddBarProps {
  /** Only the field (a popup closes as soon as a file dialog opens, so it has none); options a click away; everything in sight. */
  readonly extent: 'field' | 'compact' | 'full';
  readonly fieldId?: string;
  /** Something was taken. */
  readonly onAdded?: () => void;
}

/** Paste a magnet link or the address of a .torrent file, or open .torrent files. */
export function AddBar({ extent, fieldId = FIELD_IDS.add, onAdded }: AddBarProps): JSX.Element {
  const store = useStore();
  const text = useSignal('');
  const isBusy = useSignal(false);
  const fileInput = useRef<HTMLInputElement>(null);

  async function submit(): Promise<void> {
    const submitted = text.value.trim();
    if (!submitted || isBusy.value) return;
    isBusy.value = true;
    const isAdded = await addText(store, submitted);
    isBusy.value = false;
    if (!isAdded) return;
    if (text.value.trim() === submitted) text.value = '';
    onAdded?.();
  }

  return (
    <form
      class="add"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="add-line">
        <input
          id={fieldId}
          class="field"
          type="text"
          aria-label={t('addField')}
          aria-keyshortcuts="/"
          placeholder={t('addPlaceholder')}
          autocomplete="off"
          spellcheck={false}
          autofocus={extent === 'full'}
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
        <button type="submit" class="button" data-kind="primary" disabled={isBusy.value}>
          <Icon name="add" />
          {t('add')}
        </button>
      </div>
      {extent !== 'field' && (
        <div class="add-line">
          <label class="check" title={t('chooseFilesHint')}>
            <input
              type="checkbox"
              checked={store.chooseFilesFirst.value}
              onChange={({ currentTarget }) => (store.chooseFilesFirst.value = currentTarget.checked)}
            />
            {t('chooseFiles')}
          </label>
          <PlaceChoice />
          {extent === 'full' ? <AddOptionFields /> : <AddOptionsMenu />}
          <input
            ref={fileInput}
            type="file"
            accept=".torrent,application/x-bittorrent"
            multiple
            hidden
            onChange={({ currentTarget }) => {
              const files = [...(currentTarget.files ?? [])];
              currentTarget.value = '';
              void addFiles(store, files).then((areAdded) => areAdded && onAdded?.());
            }}
          />
          <button
            type="button"
            class="button"
            data-kind="quiet"
            title={t('openTorrent')}
            aria-label={t('openTorrent')}
            onClick={() => fileInput.current?.click()}
          >
            <Icon name="file" />
            <span class="label">{t('openTorrent')}</span>
          </button>
        </div>
      )}
    </form>
  );
}
