import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { Brand } from './brand.js';
import { Rate } from './rates.js';

interface HeaderProps {
  /** Makes the speeds a button that leads to how they were. */
  readonly onSpeeds?: () => void;
  readonly children?: ComponentChildren;
}

/** The name of the program and how fast everything together is. */
export function Header({ onSpeeds, children }: HeaderProps): JSX.Element {
  const client = useStore().status.value?.client;
  return (
    <header class="header">
      <Brand>JSTorrent</Brand>
      {client && (
        <div class="totals">
          {onSpeeds ? (
            <button type="button" class="button" data-kind="quiet" title={t('speedOfAll')} onClick={onSpeeds}>
              <Rates downloadRate={client.downloadRate} uploadRate={client.uploadRate} />
            </button>
          ) : (
            <Rates downloadRate={client.downloadRate} uploadRate={client.uploadRate} />
          )}
        </div>
      )}
      {children}
    </header>
  );
}

function Rates({
  downloadRate,
  uploadRate,
}: {
  readonly downloadRate: number;
  readonly uploadRate: number;
}): JSX.Element {
  return (
    <>
      <Rate direction="down" bytesPerSecond={downloadRate} />
      <Rate direction="up" bytesPerSecond={uploadRate} />
    </>
  );
}
