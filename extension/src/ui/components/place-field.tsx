import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { addFolder, placeName, places } from '../state/folders.js';

const ADD = 'add';

interface PlaceFieldProps {
  readonly id?: string;
  readonly class: string;
  readonly label?: string;
  readonly describedBy?: string;
  /** The root of the place that is shown. */
  readonly root: string;
  readonly disabled?: boolean;
  readonly onChoose: (root: string) => unknown;
}

/** The browser, a folder that was picked before, or one that is picked now. It says `root` until that is another. */
export function PlaceField({ label, describedBy, root, onChoose, ...props }: PlaceFieldProps): JSX.Element {
  const store = useStore();
  const status = store.status.value;
  const known = places(status?.folders ?? []);

  async function choose(select: HTMLSelectElement): Promise<void> {
    const chosen = select.value;
    select.value = root;
    const wanted = chosen === ADD ? await addFolder(store) : chosen;
    if (wanted !== undefined && wanted !== root) onChoose(wanted);
  }

  return (
    <select
      {...props}
      aria-label={label}
      aria-describedby={describedBy}
      value={root}
      onChange={({ currentTarget }) => void choose(currentTarget)}
    >
      {known.map((place) => (
        <option key={place.root} value={place.root}>
          {place.name}
        </option>
      ))}
      {!known.some((place) => place.root === root) && <option value={root}>{placeName(root, status)}</option>}
      <option value={ADD}>{t('pickFolder')}</option>
    </select>
  );
}
