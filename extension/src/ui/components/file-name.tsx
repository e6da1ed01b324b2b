import { useSignal } from '@preact/signals';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { IconButton } from './icon-button.js';

interface RenameFileProps {
  readonly torrentId: string;
  readonly fileIndex: number;
  readonly name: string;
}

interface NameInputProps extends RenameFileProps {
  readonly onEnd: () => void;
}

/** Enter, or leaving it, saves; Escape leaves the name as it was. */
function NameInput({ torrentId, fileIndex, name, onEnd }: NameInputProps): JSX.Element {
  const store = useStore();
  const input = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);

  useEffect(() => {
    input.current?.focus();
    const end = name.lastIndexOf('.');
    input.current?.setSelectionRange(0, end > 0 ? end : name.length);
  }, [name]);

  function end(text: string): void {
    if (isOver.current) return;
    isOver.current = true;
    onEnd();
    if (text.trim() !== '' && text.trim() !== name) void store.ask('renameFiles', { torrentId, fileIndex, name: text });
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLInputElement>): void {
    // The keys of the list are letters here.
    event.stopPropagation();
    if (event.key === 'Enter') end(event.currentTarget.value);
    if (event.key === 'Escape') end(name);
  }

  return (
    <input
      ref={input}
      class="field file-rename"
      type="text"
      dir="auto"
      maxLength={250}
      autocomplete="off"
      spellcheck={false}
      aria-label={t('newNameOf', { name })}
      defaultValue={name}
      onKeyDown={onKeyDown}
      onBlur={({ currentTarget }) => end(currentTarget.value)}
    />
  );
}

/** The button that gives a file another name on disk, and the field for it. */
export function RenameFile(props: RenameFileProps): JSX.Element {
  const isEditing = useSignal(false);
  const place = useRef<HTMLSpanElement>(null);
  const end = (): void => {
    isEditing.value = false;
    // The button that is there again.
    setTimeout(() => place.current?.querySelector('button')?.focus());
  };
  return (
    <span ref={place} class="file-edit" data-editing={isEditing.value}>
      {isEditing.value ? (
        <NameInput {...props} onEnd={end} />
      ) : (
        <IconButton icon="edit" label={t('rename')} subject={props.name} onClick={() => (isEditing.value = true)} />
      )}
    </span>
  );
}
