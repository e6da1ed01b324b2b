import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useStore } from '../state/context.js';
import { type NumberField, parseNumber, type SwitchField } from '../state/settings-fields.js';

interface SettingRowProps<Field, Value> {
  readonly field: Field;
  readonly value: Value;
  /** Resolves with what holds then, which is the old value after a failure. */
  readonly onSave: (value: Value) => Promise<Value>;
}

/** A number; it holds as soon as the field is left or Enter is pressed. */
export function NumberRow({ field, value, onSave }: SettingRowProps<NumberField, number>): JSX.Element {
  const text = useSignal(String(value));
  const isInvalid = parseNumber(field, text.value) === undefined;
  const id = `setting-${field.name}`;

  async function save(): Promise<void> {
    const number = parseNumber(field, text.value);
    if (number !== undefined && number !== value) text.value = String(await onSave(number));
  }

  return (
    <div class="setting">
      <label class="setting-label" for={id}>
        {field.label}
      </label>
      <span id={`${id}-hint`} class="setting-hint" data-tone={isInvalid ? 'problem' : undefined} aria-live="polite">
        {isInvalid ? `Please a whole number: ${field.hint}` : field.hint}
      </span>
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
    </div>
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
    <div class="setting">
      <label class="setting-label" for={id}>
        {field.label}
      </label>
      <span id={`${id}-hint`} class="setting-hint">
        {field.hint}
      </span>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-describedby={`${id}-hint`}
        checked={value}
        onChange={({ currentTarget }) => void save(currentTarget)}
      />
    </div>
  );
}
