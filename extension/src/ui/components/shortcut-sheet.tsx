import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { keyedActions } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { VIEW_KEYS } from '../state/view-keys.js';
import { IconButton } from './icon-button.js';

interface KeyLine {
  readonly keys: string;
  readonly labels: readonly string[];
}

function Keys({ title, lines }: { readonly title: string; readonly lines: readonly KeyLine[] }): JSX.Element {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {lines.map(({ keys, labels }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{labels.join(' / ')}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function OpenSheet(): JSX.Element {
  const store = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="dialog shortcuts"
      aria-labelledby="shortcuts-title"
      onClose={() => (store.areShortcutsOpen.value = false)}
    >
      <div class="settings-head">
        <h2 id="shortcuts-title">{t('shortcuts')}</h2>
        <IconButton icon="close" label={t('close')} onClick={() => dialog.current?.close()} />
      </div>
      <div class="shortcut-groups">
        <Keys title={t('keysInView')} lines={VIEW_KEYS.map(({ keys, label }) => ({ keys, labels: [t(label)] }))} />
        <Keys title={t('keysOnRow')} lines={keyedActions()} />
      </div>
    </dialog>
  );
}

/** All keys, from the same tables that make them work. */
export function ShortcutSheet(): JSX.Element | null {
  return useStore().areShortcutsOpen.value ? <OpenSheet /> : null;
}
