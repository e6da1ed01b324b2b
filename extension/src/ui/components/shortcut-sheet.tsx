import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { keyedActions } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { keyWords } from '../state/key-words.js';
import { VIEW_KEYS } from '../state/view-keys.js';
import { Modal } from './modal.js';

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
              <kbd dir="ltr">{keyWords(keys)}</kbd>
            </dt>
            <dd>{labels.join(' / ')}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** All keys, from the same tables that make them work. */
export function ShortcutSheet(): JSX.Element | null {
  const store = useStore();
  if (!store.areShortcutsOpen.value) return null;
  return (
    <Modal class="shortcuts" title={t('shortcuts')} onClose={() => (store.areShortcutsOpen.value = false)}>
      {() => (
        <div class="shortcut-groups">
          <Keys title={t('keysInView')} lines={VIEW_KEYS.map(({ keys, label }) => ({ keys, labels: [t(label)] }))} />
          <Keys title={t('keysOnRow')} lines={keyedActions()} />
        </div>
      )}
    </Modal>
  );
}
