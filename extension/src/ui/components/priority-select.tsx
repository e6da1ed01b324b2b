import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { FilePriority } from '../../rpc/types.js';

const PRIORITIES: readonly (readonly [priority: FilePriority, label: string])[] = [
  [7, t('priorityHigh')],
  [4, t('priorityNormal')],
  [1, t('priorityLow')],
  [0, t('prioritySkip')],
];

interface PrioritySelectProps {
  /** Undefined where files of several priorities are meant. */
  readonly priority: FilePriority | undefined;
  readonly name: string;
  readonly onChange: (priority: FilePriority) => void;
}

/** How much a file, or all files of a folder, are wanted. */
export function PrioritySelect({ priority, name, onChange }: PrioritySelectProps): JSX.Element {
  return (
    <select
      class="priority"
      aria-label={t('priorityOf', { name })}
      value={priority === undefined ? '' : String(priority)}
      data-priority={priority}
      onChange={({ currentTarget }) => {
        const chosen = PRIORITIES.find(([value]) => String(value) === currentTarget.value);
        if (chosen) onChange(chosen[0]);
      }}
    >
      {priority === undefined && (
        <option value="" disabled>
          {t('priorityMixed')}
        </option>
      )}
      {PRIORITIES.map(([value, label]) => (
        <option key={value} value={String(value)}>
          {label}
        </option>
      ))}
    </select>
  );
}
