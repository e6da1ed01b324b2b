import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import {
  describeImport,
  describeImported,
  describeTakenSettings,
  exportSession,
  type ImportReport,
  importSession,
} from '../state/session-file.js';
import { settingsSectionId } from '../state/settings-fields.js';
import { Icon } from './icon.js';
import { LongList } from './long-list.js';

function Report({ report }: { readonly report: ImportReport }): JSX.Element {
  const { torrents } = report;
  return (
    <>
      <p>{describeImport(torrents)}</p>
      <p>{describeTakenSettings(report)}</p>
      <LongList
        items={torrents}
        label={t('whatImported')}
        renderItem={(imported) => (
          <li class="imported" data-tone={imported.outcome === 'refused' ? 'problem' : undefined}>
            <span class="imported-name" dir="auto">
              {imported.torrent?.name ?? t('unreadableName')}
            </span>
            <span class="setting-hint">{describeImported(imported)}</span>
          </li>
        )}
      />
    </>
  );
}

/** The whole session out into a file, and in from one. */
export function SessionSettings({ onImported }: { readonly onImported: () => void }): JSX.Element {
  const store = useStore();
  const picker = useRef<HTMLInputElement>(null);
  const isBusy = useSignal(false);
  const report = useSignal<ImportReport | undefined>(undefined);

  async function run(work: () => Promise<void>): Promise<void> {
    isBusy.value = true;
    try {
      await work();
    } finally {
      isBusy.value = false;
    }
  }

  function take(input: HTMLInputElement): void {
    const file = input.files?.[0];
    report.value = undefined;
    if (!file) return;
    void run(async () => {
      report.value = await importSession(store, file);
      onImported();
      // The same file can be chosen again.
      input.value = '';
    });
  }

  return (
    <section id={settingsSectionId('session')} class="settings-group" aria-label={t('session')}>
      <h3>{t('session')}</h3>
      <div class="session">
        <p class="hint">{t('sessionHint')}</p>
        <span class="session-buttons">
          <button
            type="button"
            class="button"
            disabled={isBusy.value}
            onClick={() => void run(() => exportSession(store))}
          >
            <Icon name="save" />
            {t('exportSession')}
          </button>
          <button type="button" class="button" disabled={isBusy.value} onClick={() => picker.current?.click()}>
            <Icon name="file" />
            {t('importSession')}
          </button>
        </span>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={t('sessionFile')}
          accept=".jstorrent"
          onChange={({ currentTarget }) => take(currentTarget)}
        />
        <div class="session-report" aria-live="polite">
          {report.value && <Report report={report.value} />}
        </div>
      </div>
    </section>
  );
}
