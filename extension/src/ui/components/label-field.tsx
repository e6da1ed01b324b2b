import type { JSX } from 'preact';
import { useStore } from '../state/context.js';

interface LabelFieldProps {
  readonly id: string;
  readonly value: string;
  readonly describedBy?: string;
  readonly onChange: (label: string) => void;
}

/** A label, one of those that there are or a new one. */
export function LabelField({ id, value, describedBy, onChange }: LabelFieldProps): JSX.Element {
  const store = useStore();
  return (
    <>
      <input
        id={id}
        aria-describedby={describedBy}
        class="field"
        type="text"
        maxLength={100}
        autocomplete="off"
        list={`${id}-known`}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
      <datalist id={`${id}-known`}>
        {store.labels.value.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </>
  );
}
