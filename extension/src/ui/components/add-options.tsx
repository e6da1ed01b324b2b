import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { type AddOptions, USUAL_OPTIONS } from '../state/store.js';
import { LabelField } from './label-field.js';
import { Popover } from './popover.js';

const SWITCHES = [
  ['start', 'addStart'],
  ['isSequential', 'orderSequential'],
  ['isFirst', 'addFirst'],
] as const;

/** What else holds for new downloads: started or not, their order, their place in the queue, their label. */
export function AddOptionFields(): JSX.Element {
  const store = useStore();
  const options = store.addOptions.value;
  const set = (change: Partial<AddOptions>): void => {
    store.addOptions.value = { ...options, ...change };
  };
  return (
    <div class="add-options">
      {SWITCHES.map(([name, label]) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={options[name]}
            onChange={({ currentTarget }) => set({ [name]: currentTarget.checked })}
          />
          {t(label)}
        </label>
      ))}
      <label class="add-label">
        {t('optionLabel')}
        <LabelField id="add-label" value={options.label} onChange={(label) => set({ label })} />
      </label>
    </div>
  );
}

/** The same, a click away. */
export function AddOptionsMenu(): JSX.Element {
  const options = useStore().addOptions.value;
  const isMarked = JSON.stringify(options) !== JSON.stringify(USUAL_OPTIONS);
  return (
    <Popover icon="more" label={t('addMore')} isMarked={isMarked}>
      <AddOptionFields />
    </Popover>
  );
}
