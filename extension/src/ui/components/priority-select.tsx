import type { JSX } from 'preact';
import type { FilePriority } from '../../rpc/types.js';

const PRIORITIES: readonly (readonly [priority: FilePriority, label: string])[] = [
  [7, 'High'],
  [4, 'Normal'],
  [1, 'Low'],
  [0, 'Skip'],
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
      aria-label={`Priority of ${name}`}
      value={priority === undefined ? '' : String(priority)}
      data-priority={priority}
      onChange={({ currentTarget }) => {
        const chosen = PRIORITIES.find(([value]) => String(value) === currentTarget.value);
        if (chosen) onChange(chosen[0]);
      }}
    >
      {priority === undefined && (
        <option value="" disabled>
          Mixed
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
