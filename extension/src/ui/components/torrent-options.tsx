import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { TorrentLimits, TorrentSnapshot } from '../../rpc/types.js';
import { QUEUE_ACTIONS, shortcutName } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { formatNumber } from '../state/settings-fields.js';
import { LIMIT_FIELDS, type LimitField, parseLimit } from '../state/torrent-options.js';
import { IconButton } from './icon-button.js';

interface OptionsProps {
  readonly torrent: TorrentSnapshot;
}

function QueuePlace({ torrent }: OptionsProps): JSX.Element {
  const store = useStore();
  return (
    <div class="option">
      <span class="setting-label">Queue</span>
      <span class="setting-hint">
        Place {torrent.queuePosition + 1} of {store.order.value.length}
      </span>
      <span class="option-buttons">
        {QUEUE_ACTIONS.map((action) => (
          <IconButton
            key={action.id}
            icon={action.icon}
            label={action.label}
            subject={torrent.name}
            shortcut={shortcutName(action)}
            onClick={() => action.run(store, torrent)}
          />
        ))}
      </span>
    </div>
  );
}

function Label({ torrent }: OptionsProps): JSX.Element {
  const store = useStore();
  const id = `label-${torrent.id}`;
  const others = new Set(store.allTorrents().flatMap(({ label }) => label ?? []));
  return (
    <div class="option">
      <label class="setting-label" for={id}>
        Label
      </label>
      <span class="setting-hint">To tell downloads apart, such as “Films”.</span>
      <input
        id={id}
        class="field"
        type="text"
        maxLength={100}
        autocomplete="off"
        list={`${id}-known`}
        value={torrent.label ?? ''}
        onChange={({ currentTarget }) =>
          void store.ask('setLabel', { torrentId: torrent.id, label: currentTarget.value })
        }
      />
      <datalist id={`${id}-known`}>
        {[...others].sort().map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </div>
  );
}

function Limit({ torrent, field }: OptionsProps & { readonly field: LimitField }): JSX.Element {
  const store = useStore();
  const limit = torrent.limits[field.name];
  const typed = useSignal<string | undefined>(undefined);
  const text = typed.value ?? (limit === undefined ? '' : formatNumber(field, limit));
  const isInvalid = parseLimit(field, text) === undefined;
  const id = `${field.name}-${torrent.id}`;

  async function save(written: string): Promise<void> {
    const value = parseLimit(field, written);
    if (value === undefined) return;
    const limits: { [Name in keyof TorrentLimits]?: number | null } = { [field.name]: value };
    await store.ask('setLimits', { torrentId: torrent.id, limits });
    typed.value = undefined;
  }

  return (
    <div class="option">
      <label class="setting-label" for={id}>
        {field.label}
      </label>
      <span id={`${id}-hint`} class="setting-hint" data-tone={isInvalid ? 'problem' : undefined} aria-live="polite">
        {isInvalid ? `Please a whole number or nothing. ${field.hint}` : field.hint}
      </span>
      <input
        id={id}
        class="field"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        placeholder={field.placeholder}
        aria-describedby={`${id}-hint`}
        aria-invalid={isInvalid}
        value={text}
        onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        onChange={({ currentTarget }) => void save(currentTarget.value)}
      />
    </div>
  );
}

/** What a user decides about one torrent: its place in the queue, its label, its own limits. */
export function TorrentOptions({ torrent }: OptionsProps): JSX.Element {
  return (
    <div class="options">
      <QueuePlace torrent={torrent} />
      <Label torrent={torrent} />
      {LIMIT_FIELDS.map((field) => (
        <Limit key={field.name} torrent={torrent} field={field} />
      ))}
    </div>
  );
}
