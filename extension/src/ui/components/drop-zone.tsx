import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { addFiles, addText } from '../state/add.js';
import { findMagnets, findUrl } from '../state/add-source.js';
import { useStore } from '../state/context.js';
import { addDroppedFolder } from '../state/folders.js';
import type { Store } from '../state/store.js';

const isEditable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea');

async function takeFolder(store: Store, dropped: Promise<FileSystemHandle | null>): Promise<void> {
  const handle = await dropped.catch(() => null);
  if (handle instanceof FileSystemDirectoryHandle) await addDroppedFolder(store, handle);
}

/** Takes .torrent files, folders for downloads, and links that are dropped or pasted anywhere on the page. */
export function DropZone(): JSX.Element {
  const store = useStore();
  const isOver = useSignal(false);

  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const onDrag = (event: DragEvent): void => {
      // Rows and columns are dragged inside the page.
      if (store.dragged.peek().length > 0 || store.draggedColumn.peek() !== undefined) return;
      event.preventDefault();
      isOver.value = true;
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const onDrop = (event: DragEvent): void => {
      event.preventDefault();
      if (event.dataTransfer?.types.length === 0) return;
      isOver.value = false;
      const { dataTransfer } = event;
      if (!dataTransfer) return;
      const folder = dataTransfer.items[0];
      if (folder?.webkitGetAsEntry()?.isDirectory) void takeFolder(store, folder.getAsFileSystemHandle());
      else if (dataTransfer.files.length > 0) void addFiles(store, [...dataTransfer.files]);
      else void addText(store, dataTransfer.getData('text/uri-list') || dataTransfer.getData('text/plain'));
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (isEditable(event.target) || !event.clipboardData) return;
      const text = event.clipboardData.getData('text/plain');
      if (event.clipboardData.files.length > 0) void addFiles(store, [...event.clipboardData.files]);
      else if (findMagnets(text).length > 0 || findUrl(text) !== undefined) void addText(store, text);
    };
    document.addEventListener('dragover', onDrag, { signal });
    document.addEventListener('dragleave', onLeave, { signal });
    document.addEventListener('drop', onDrop, { signal });
    document.addEventListener('paste', onPaste, { signal });
    return () => stop.abort();
  }, [store, isOver]);

  return (
    <div class="drop-zone" hidden={!isOver.value}>
      <p>{t('dropToAdd')}</p>
    </div>
  );
}
