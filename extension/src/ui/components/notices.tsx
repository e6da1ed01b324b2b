import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { describeStartProblem } from '../state/sentences.js';
import type { Notice } from '../state/store.js';
import { Icon } from './icon.js';
import { IconButton } from './icon-button.js';
import { UndoBar } from './undo-bar.js';

const NOTICE_MS = 6000;

function NoticeLine({ notice }: { readonly notice: Notice }): JSX.Element {
  const store = useStore();
  useEffect(() => {
    if (notice.isProblem) return;
    const timer = setTimeout(() => store.dismissNotice(notice.id), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [store, notice]);
  return (
    <div class="notice" data-tone={notice.isProblem ? 'problem' : 'done'}>
      <Icon name={notice.isProblem ? 'alert' : 'check'} />
      <span dir="auto">{notice.text}</span>
      <IconButton icon="close" label={t('close')} onClick={() => store.dismissNotice(notice.id)} />
    </div>
  );
}

/** Stays until the engine runs. */
function StartProblem(): JSX.Element | undefined {
  const reason = useStore().startProblem.value;
  if (reason === undefined) return undefined;
  return (
    <div class="notice" data-tone="problem">
      <Icon name="alert" />
      <span dir="auto">{describeStartProblem(reason)}</span>
    </div>
  );
}

/** Short messages at the lower edge. Problems stay until they are closed. */
export function Notices(): JSX.Element {
  const { notices } = useStore();
  return (
    <div class="notices" role="status" aria-live="polite">
      <StartProblem />
      <UndoBar />
      {notices.value.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </div>
  );
}
