import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { addDemo } from '../state/add.js';
import { comparing } from '../state/columns.js';
import { useStore } from '../state/context.js';
import { NEWEST_FIRST } from '../state/view-prefs.js';
import { AddBar } from './add-bar.js';
import { BriefRow } from './brief-row.js';
import { Icon } from './icon.js';

const SHOWN_TORRENTS = 3;

interface FirstDownloadProps {
  /** All that comes before is done, or not wanted. */
  readonly isTurn: boolean;
}

/** The end of the first run: a link, or the demo, and how it comes in. */
export function FirstDownload({ isTurn }: FirstDownloadProps): JSX.Element {
  const store = useStore();
  const isReady = store.status.value?.bridge.kind === 'ready';
  const [view] = useState(() => store.addView(signal(comparing(NEWEST_FIRST))));
  const torrents = view.shown.value.slice(0, SHOWN_TORRENTS);
  return (
    <section class="step first-download" aria-label={t('firstDownload')} aria-current={isTurn ? 'step' : undefined}>
      <span class="step-number" aria-hidden="true">
        <Icon name="down" />
      </span>
      <div class="step-body">
        <h2>{t('firstDownload')}</h2>
        <p>{t('firstDownloadText')}</p>
        {!isReady && <p>{t('notReady')}</p>}
        <AddBar extent="field" />
        <button
          type="button"
          class="button"
          data-kind={isTurn && torrents.length === 0 ? 'primary' : undefined}
          onClick={() => void addDemo(store)}
        >
          <Icon name="play" />
          {t('tryDemo')}
        </button>
        {torrents.length > 0 && (
          <>
            <ul class="briefs" aria-label={t('downloads')}>
              {torrents.map((id) => {
                const torrent = store.torrent(id);
                return torrent && <BriefRow key={id} torrent={torrent} />;
              })}
            </ul>
            <button type="button" class="button" data-kind="primary" onClick={() => store.shell.openManager()}>
              <Icon name="tab" />
              {t('openJsTorrent')}
            </button>
          </>
        )}
      </div>
    </section>
  );
}
