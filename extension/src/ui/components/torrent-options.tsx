import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { formatInteger, t } from '../../i18n/t.js';
import type { TorrentLimits, TorrentSnapshot } from '../../rpc/types.js';
import { QUEUE_ACTIONS } from '../state/actions.js';
import { useStore } from '../state/context.js';
import { formatNumber } from '../state/settings-fields.js';
import { LIMIT_FIELDS, type LimitField, parseLimit } from '../state/torrent-options.js';
import { ActionButtons } from './action-buttons.js';
import { FieldFrame } from './field-frame.js';
import { LabelField } from './label-field.js';
import { NameOptions } from './name-options.js';
import { PlaceOptions } from './place-options.js';

interface OptionsProps {
  readonly torrent: TorrentSnapshot;
}

function QueuePlace({ torrent }: OptionsProps): JSX.Element {
  const store = useStore();
  const hint = t('optionQueuePlace', {
    place: formatInteger(torrent.queuePosition + 1),
    count: formatInteger(store.index.counts.value.states.get('all') ?? 0),
  });
  return (
    <FieldFrame id={`queue-${torrent.id}`} label={t('optionQueue')} hint={hint} isGroup={true}>
      <span class="option-buttons">
        <ActionButtons torrent={torrent} actions={QUEUE_ACTIONS} />
      </span>
    </FieldFrame>
  );
}

function Label({ torrent }: OptionsProps): JSX.Element {
  const store = useStore();
  const id = `label-${torrent.id}`;
  return (
    <FieldFrame id={id} label={t('optionLabel')} hint={t('optionLabelHint')}>
      <LabelField
        id={id}
        describedBy={`${id}-hint`}
        value={torrent.label ?? ''}
        onChange={(label) => void store.ask('setLabel', { torrentId: torrent.id, label })}
      />
    </FieldFrame>
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
    <FieldFrame
      id={id}
      label={field.label}
      hint={isInvalid ? t('optionInvalid', { hint: field.hint }) : field.hint}
      isProblem={isInvalid}
    >
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
    </FieldFrame>
  );
}

function SuperSeeding({ torrent }: OptionsProps): JSX.Element {
  const store = useStore();
  const id = `super-seeding-${torrent.id}`;
  return (
    <FieldFrame id={id} label={t('optionSuperSeeding')} hint={t('optionSuperSeedingHint')}>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-describedby={`${id}-hint`}
        checked={torrent.isSuperSeeding}
        onChange={({ currentTarget }) =>
          void store.ask('setSuperSeeding', { torrentId: torrent.id, isSuperSeeding: currentTarget.checked })
        }
      />
    </FieldFrame>
  );
}

/** What a user decides about one torrent: its place in the queue, its name, the place of its files, its label, its own limits, how it is seeded. */
export function TorrentOptions({ torrent }: OptionsProps): JSX.Element {
  return (
    <div class="options">
      <QueuePlace torrent={torrent} />
      <NameOptions torrent={torrent} />
      <PlaceOptions torrent={torrent} />
      <Label torrent={torrent} />
      {LIMIT_FIELDS.map((field) => (
        <Limit key={field.name} torrent={torrent} field={field} />
      ))}
      <SuperSeeding torrent={torrent} />
    </div>
  );
}
