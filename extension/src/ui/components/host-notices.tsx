import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { HostNotice } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { describeError } from '../state/sentences.js';

function NoticeCard({ notice }: { readonly notice: HostNotice }): JSX.Element {
  const store = useStore();
  const { noticeId, code, subject } = notice;
  return (
    <section class="card" aria-label={t('linkRefusedLabel')}>
      <h2>{t('linkRefused')}</h2>
      <p class="card-name" title={subject} dir="auto">
        {subject}
      </p>
      <p>{describeError(code)}</p>
      <div class="card-actions">
        <button type="button" class="button" onClick={() => void store.ask('dismissNotice', { noticeId })}>
          {t('close')}
        </button>
      </div>
    </section>
  );
}

/** Why links that were clicked cannot be added: the newest first, the others after it is closed. */
export function HostNotices(): JSX.Element {
  const notice = useStore().status.value?.notices.at(-1);
  return (
    <div class="cards" aria-live="polite">
      {notice && <NoticeCard key={notice.noticeId} notice={notice} />}
    </div>
  );
}
