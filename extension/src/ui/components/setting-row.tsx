import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { language, t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import {
  type ChoiceField,
  type DaysField,
  formatNumber,
  formatTime,
  type NumberField,
  parseNumber,
  parseTime,
  settingHint,
  settingLabel,
  type SwitchField,
  type TimeField,
} from '../state/settings-fields.js';
import { FieldFrame } from './field-frame.js';

type ChoiceValue = ChoiceField['options'][number]['value'];

interface SettingRowProps<Field, Value> {
  readonly field: Field;
  readonly value: Value;
  /** Resolves with what holds then, which is the old value after a failure. */
  readonly onSave: (value: Value) => Promise<Value>;
}

/** A number; it holds as soon as the field is left or Enter is pressed. */
export function NumberRow({ field, value, onSave }: SettingRowProps<NumberField, number>): JSX.Element {
  const text = useSignal(formatNumber(field, value));
  const isInvalid = parseNumber(field, text.value) === undefined;
  const id = `setting-${field.name}`;

  async function save(): Promise<void> {
    const number = parseNumber(field, text.value);
    if (number !== undefined && number !== value) text.value = formatNumber(field, await onSave(number));
  }

  return (
    <FieldFrame
      id={id}
      label={settingLabel(field)}
      hint={isInvalid ? t('wholeNumber', { hint: settingHint(field) }) : settingHint(field)}
      isProblem={isInvalid}
    >
      <input
        id={id}
        class="field"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        aria-describedby={`${id}-hint`}
        aria-invalid={isInvalid}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        onChange={() => void save()}
      />
    </FieldFrame>
  );
}

/** On or off; it holds at once. */
export function SwitchRow({ field, value, onSave }: SettingRowProps<SwitchField, boolean>): JSX.Element {
  const store = useStore();
  const id = `setting-${field.name}`;

  async function save(checkbox: HTMLInputElement): Promise<void> {
    const { permission } = field;
    if (permission && checkbox.checked) checkbox.checked = await store.shell.requestPermission(permission);
    checkbox.checked = await onSave(checkbox.checked);
    if (permission && !checkbox.checked) await store.shell.dropPermission(permission);
  }

  return (
    <FieldFrame id={id} label={settingLabel(field)} hint={settingHint(field)}>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-describedby={`${id}-hint`}
        checked={value}
        onChange={({ currentTarget }) => void save(currentTarget)}
      />
    </FieldFrame>
  );
}

/** One of a few; it holds at once. */
export function ChoiceRow({ field, value, onSave }: SettingRowProps<ChoiceField, ChoiceValue>): JSX.Element {
  const id = `setting-${field.name}`;
  return (
    <FieldFrame id={id} label={settingLabel(field)} hint={settingHint(field)}>
      <select
        id={id}
        class="field"
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = field.options[currentTarget.selectedIndex];
          if (chosen) void onSave(chosen.value);
        }}
      >
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {t(option.label)}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

/** A time of the day; it holds as soon as it is whole. */
export function TimeRow({ field, value, onSave }: SettingRowProps<TimeField, number>): JSX.Element {
  const id = `setting-${field.name}`;
  return (
    <FieldFrame id={id} label={settingLabel(field)} hint={settingHint(field)}>
      <input
        id={id}
        class="field"
        type="time"
        aria-describedby={`${id}-hint`}
        value={formatTime(value)}
        onChange={({ currentTarget }) => {
          const minutes = parseTime(currentTarget.value);
          if (minutes !== undefined) void onSave(minutes);
        }}
      />
    </FieldFrame>
  );
}

/** A Sunday. */
const SUNDAY = Date.UTC(2023, 0, 1);
const DAY_MS = 86_400_000;

const dayName = (bit: number, weekday: 'long' | 'short'): string =>
  new Intl.DateTimeFormat(language(), { weekday, timeZone: 'UTC' }).format(SUNDAY + bit * DAY_MS);

/** Monday first; each with the number of its bit. */
const DAYS = [1, 2, 3, 4, 5, 6, 0].map((bit) => [dayName(bit, 'short'), dayName(bit, 'long'), bit] as const);

/** Days of the week, each on or off. */
export function DaysRow({ field, value, onSave }: SettingRowProps<DaysField, number>): JSX.Element {
  const id = `setting-${field.name}`;
  return (
    <FieldFrame id={id} label={settingLabel(field)} hint={settingHint(field)} isGroup={true}>
      <span class="setting-days">
        {DAYS.map(([short, name, bit]) => (
          <button
            key={name}
            type="button"
            class="day"
            aria-label={name}
            aria-pressed={(value & (1 << bit)) !== 0}
            onClick={() => void onSave(value ^ (1 << bit))}
          >
            {short}
          </button>
        ))}
      </span>
    </FieldFrame>
  );
}
