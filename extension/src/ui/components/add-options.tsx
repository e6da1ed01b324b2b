import type { JSX } from 'preact';
import { type PlainKey, t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { Popover } from './popover.js';

const LABELS_ID = 'add-labels';

/** What else holds for new downloads: started or not, their order, their place in the queue, their label. */
export function AddOptionsMenu(): JSX.Element {
  const store = useStore();
  const options = store.addOptions.value;
  const check = (label: PlainKey, isOn: boolean, set: (isOn: boolean) => typeof options): JSX.Element => (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ currentTarget }) => (store.addOptions.value = set(currentTarget.checked))}
      />
      {t(label)}
    </label>
  );
  return (
    <Popover icon="more" label={t('addMore')} isMarked={Object.keys(options).length > 0}>
      {check('addStart', options.start !== false, (isOn) => {
        const { start: _, ...rest } = options;
        return isOn ? rest : { ...rest, start: false };
      })}
      {check('orderSequential', options.isSequential === true, (isOn) => {
        const { isSequential: _, ...rest } = options;
        return isOn ? { ...rest, isSequential: true } : rest;
      })}
      {check('addFirst', options.isFirst === true, (isOn) => {
        const { isFirst: _, ...rest } = options;
        return isOn ? { ...rest, isFirst: true } : rest;
      })}
      <label class="add-label">
        {t('optionLabel')}
        <input
          class="field"
          type="text"
          maxLength={100}
          autocomplete="off"
          list={LABELS_ID}
          value={options.label ?? ''}
          onChange={({ currentTarget: { value } }) => {
            const { label: _, ...rest } = options;
            store.addOptions.value = value.trim() === '' ? rest : { ...rest, label: value };
          }}
        />
      </label>
      <datalist id={LABELS_ID}>
        {store.labels.value.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </Popover>
  );
}
