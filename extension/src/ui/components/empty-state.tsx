import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { addDemo } from '../state/add.js';
import { useStore } from '../state/context.js';
import { Icon } from './icon.js';

export function EmptyState(): JSX.Element {
  const store = useStore();
  return (
    <div class="empty">
      <Icon name="magnet" />
      <h2>{t('emptyTitle')}</h2>
      <p>{t('emptyText')}</p>
      <span class="session-buttons">
        <button type="button" class="button" onClick={() => void addDemo(store)}>
          <Icon name="play" />
          {t('tryDemo')}
        </button>
        <button type="button" class="button" data-kind="quiet" onClick={() => store.shell.openSetup()}>
          {t('setupTitle')}
        </button>
      </span>
    </div>
  );
}
