import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { formatRate } from '../state/format.js';
import { Icon } from './icon.js';

interface RateProps {
  readonly direction: 'down' | 'up';
  readonly bytesPerSecond: number;
}

/** A speed with its arrow; its place stays the same when there is nothing to say. */
export function Rate({ direction, bytesPerSecond }: RateProps): JSX.Element {
  const label = t(direction === 'down' ? 'downloadSpeed' : 'uploadSpeed');
  return (
    <span class="rate" data-direction={direction} data-idle={bytesPerSecond < 1} title={label}>
      <Icon name={direction} />
      <span class="visually-hidden">{t('subject', { label, subject: '' })}</span>
      {formatRate(bytesPerSecond)}
    </span>
  );
}
