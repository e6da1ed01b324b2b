import { useSignal } from '@preact/signals';
import { Fragment, type JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { TorrentSnapshot, TrackerSnapshot } from '../../rpc/types.js';
import { isRunning } from '../state/activity.js';
import { useStore } from '../state/context.js';
import {
  describeNextAnnounce,
  describeTracker,
  describeTrackerCounts,
  describeTrackerMessage,
  describeUpdateWait,
} from '../state/sentences.js';
import { type TierChange, withEditedTracker, withoutTracker, withTracker } from '../state/tracker-tiers.js';
import { Icon } from './icon.js';
import { IconButton } from './icon-button.js';
import { LongList } from './long-list.js';
import { useNow } from './now.js';
import { UrlForm } from './url-form.js';

/** An address that is broken where its parts end before it is broken elsewhere. */
function Address({ url }: { readonly url: string }): JSX.Element {
  return (
    <>
      {url.split(/(?<=[/.:?&=-])(?=[^/])/).map((part, place) => (
        <Fragment key={place}>
          {place > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}

interface TrackerRowProps {
  readonly tracker: TrackerSnapshot;
  readonly nowMs: number;
  readonly isEdited: boolean;
  readonly onEdit: (isEdited: boolean) => void;
  readonly onSave: (text: string) => Promise<boolean>;
  readonly onRemove: () => void;
}

function TrackerRow({ tracker, nowMs, isEdited, onEdit, onSave, onRemove }: TrackerRowProps): JSX.Element {
  const { text, tone } = describeTracker(tracker);
  const message = describeTrackerMessage(tracker);
  const facts = [
    t('trackerTier', { tier: tracker.tier + 1 }),
    describeTrackerCounts(tracker),
    describeNextAnnounce(tracker, nowMs),
  ];
  if (isEdited) {
    return (
      <li class="tracker-edit">
        <UrlForm
          label={t('trackerAddress', { url: tracker.url })}
          value={tracker.url}
          submitLabel={t('save')}
          onSubmit={onSave}
          onCancel={() => onEdit(false)}
        />
      </li>
    );
  }
  return (
    <li class="tracker">
      <span class="tracker-url" title={tracker.url}>
        <Address url={tracker.url} />
      </span>
      <span class="tracker-buttons">
        <IconButton icon="edit" label={t('trackerEdit')} subject={tracker.url} onClick={() => onEdit(true)} />
        <IconButton icon="trash" label={t('trackerRemove')} subject={tracker.url} onClick={onRemove} />
      </span>
      <span class="tracker-facts">
        <span class="tracker-status" data-tone={tone}>
          {text}
        </span>
        {facts.filter((fact) => fact !== '').map((fact) => ` · ${fact}`)}
      </span>
      {message !== undefined && (
        <span class="tracker-message" dir="auto" title={tracker.message}>
          {message}
        </span>
      )}
    </li>
  );
}

interface TrackerListProps {
  readonly torrent: TorrentSnapshot;
  readonly trackers: readonly TrackerSnapshot[];
}

/** What every tracker says and when it is asked next; trackers are added, changed and removed here. */
export function TrackerList({ torrent, trackers }: TrackerListProps): JSX.Element {
  const store = useStore();
  const edited = useSignal<string | undefined>(undefined);
  const nowMs = useNow().value;
  const torrentId = torrent.id;

  async function change(result: TierChange): Promise<boolean> {
    if ('problem' in result) {
      store.fail(result.problem);
      return false;
    }
    const isDone = (await store.ask('setTrackers', { torrentId, tiers: result.tiers })) !== undefined;
    if (isDone) edited.value = undefined;
    return isDone;
  }

  async function update(): Promise<void> {
    const wait = describeUpdateWait(trackers, Date.now());
    const isDone = (await store.ask('announceNow', { torrentId })) !== undefined;
    if (isDone && wait !== undefined) store.say(wait);
  }

  return (
    <div class="trackers">
      {trackers.length === 0 && <p class="hint">{t('noTrackers')}</p>}
      <LongList
        items={trackers}
        label={t('trackersLabel')}
        renderItem={(tracker) => (
          <TrackerRow
            key={tracker.url}
            tracker={tracker}
            nowMs={nowMs}
            isEdited={edited.value === tracker.url}
            onEdit={(isEdited) => (edited.value = isEdited ? tracker.url : undefined)}
            onSave={(text) => change(withEditedTracker(trackers, tracker, text))}
            onRemove={() => void change({ tiers: withoutTracker(trackers, tracker) })}
          />
        )}
      />
      <div class="tracker-actions">
        <UrlForm
          label={t('trackerNewAddress')}
          value=""
          submitLabel={t('trackerAdd')}
          onSubmit={(text) => change(withTracker(trackers, text))}
        />
        <button type="button" class="button" disabled={!isRunning(torrent)} onClick={() => void update()}>
          <Icon name="refresh" />
          {t('trackerUpdate')}
        </button>
      </div>
    </div>
  );
}
