import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { Icon } from './icon.js';

export function EmptyState(): JSX.Element {
  return (
    <div class="empty">
      <Icon name="magnet" />
      <h2>{t('emptyTitle')}</h2>
      <p>{t('emptyText')}</p>
    </div>
  );
}
