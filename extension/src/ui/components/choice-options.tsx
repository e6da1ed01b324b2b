import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { LabelField } from './label-field.js';
import { PlaceField } from './place-field.js';

/** What is decided with the choice of files, and holds when it is made. */
export interface ChoiceOptions {
  readonly start: boolean;
  readonly isSequential: boolean;
  readonly isFirst: boolean;
}

const SWITCHES = [
  ['start', 'addStart'],
  ['isSequential', 'orderSequential'],
  ['isFirst', 'addFirst'],
] as const;

interface ChoiceOptionsProps {
  readonly torrent: TorrentSnapshot;
  readonly options: ChoiceOptions;
  readonly onChange: (options: ChoiceOptions) => void;
}

/** Where a download goes, how it is called, and how it begins; its place and its label hold at once. */
export function ChoiceOptionFields({ torrent, options, onChange }: ChoiceOptionsProps): JSX.Element {
  const store = useStore();
  const { id: torrentId, root, label = '' } = torrent;
  const labelId = `choice-label-${torrentId}`;
  return (
    <div class="choice-options">
      <label class="choice-field">
        {t('optionPlace')}
        <PlaceField
          class="field place-field"
          root={root}
          onChoose={(wanted) => store.ask('moveTorrent', { torrentId, root: wanted })}
        />
      </label>
      <label class="choice-field" for={labelId}>
        {t('optionLabel')}
        <LabelField
          id={labelId}
          value={label}
          onChange={(written) => void store.ask('setLabel', { torrentId, label: written })}
        />
      </label>
      <div class="choice-switches">
        {SWITCHES.map(([name, text]) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={options[name]}
              onChange={({ currentTarget }) => onChange({ ...options, [name]: currentTarget.checked })}
            />
            {t(text)}
          </label>
        ))}
      </div>
    </div>
  );
}
