import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { FieldFrame } from './field-frame.js';

interface NameFieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** As it is now. */
  readonly name: string;
  readonly isDisabled: boolean;
  readonly onSave: (name: string) => Promise<unknown>;
}

/** A name; it holds as soon as the field is left or Enter is pressed. */
function NameField({ id, label, hint, name, isDisabled, onSave }: NameFieldProps): JSX.Element {
  const typed = useSignal<string | undefined>(undefined);

  async function save(text: string): Promise<void> {
    if (text.trim() !== name) await onSave(text);
    typed.value = undefined;
  }

  return (
    <FieldFrame id={id} label={label} hint={hint}>
      <input
        id={id}
        class="field name-field"
        type="text"
        dir="auto"
        maxLength={250}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={`${id}-hint`}
        disabled={isDisabled}
        value={typed.value ?? name}
        onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        onChange={({ currentTarget }) => void save(currentTarget.value)}
      />
    </FieldFrame>
  );
}

/** What a torrent is called here, and what its folder, or its only file, is called on disk. */
export function NameOptions({ torrent }: { readonly torrent: TorrentSnapshot }): JSX.Element {
  const store = useStore();
  const { id, name, entryName, moveProgress } = torrent;
  return (
    <>
      <NameField
        id={`name-${id}`}
        label={t('optionName')}
        hint={t('optionNameHint')}
        name={name}
        isDisabled={false}
        onSave={(text) => store.ask('renameTorrent', { torrentId: id, name: text })}
      />
      <NameField
        id={`entry-${id}`}
        label={t('optionEntry')}
        hint={t(entryName === undefined ? 'optionEntryUnknown' : 'optionEntryHint')}
        name={entryName ?? ''}
        isDisabled={entryName === undefined || moveProgress !== undefined}
        onSave={(text) => store.ask('renameFiles', { torrentId: id, name: text })}
      />
    </>
  );
}
