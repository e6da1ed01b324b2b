import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { BROWSER_ROOT } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import {
  addFolder,
  BROWSER_NAME,
  describeFolder,
  FOLDER_ACCESS,
  forgetFolder,
  repairFolder,
} from '../state/folders.js';
import { settingsSectionId } from '../state/settings-fields.js';
import { Icon } from './icon.js';
import { IconButton } from './icon-button.js';

interface PlaceRowProps {
  readonly root: string;
  readonly name: string;
  readonly hint: string;
  readonly isProblem: boolean;
  readonly children?: JSX.Element | undefined;
}

function PlaceRow({ root, name, hint, isProblem, children }: PlaceRowProps): JSX.Element {
  const store = useStore();
  const id = `place-${root}`;
  return (
    <div class="setting folder">
      <label class="setting-label" for={id} dir="auto">
        {name}
      </label>
      <span id={`${id}-hint`} class="setting-hint" data-tone={isProblem ? 'problem' : undefined}>
        {hint}
      </span>
      <input
        id={id}
        type="radio"
        name="default-root"
        aria-describedby={`${id}-hint`}
        checked={store.status.value?.defaultRoot === root}
        onChange={() => void store.ask('updateSettings', { defaultRoot: root })}
      />
      <span class="folder-actions">{children}</span>
    </div>
  );
}

/** The places where downloads can go: which is the default, how each stands, one more, one less. */
export function FolderSettings(): JSX.Element {
  const store = useStore();
  const folders = store.status.value?.folders ?? [];
  return (
    <section id={settingsSectionId('folders')} class="settings-group" aria-label={t('folders')}>
      <h3>{t('whereNewGo')}</h3>
      <PlaceRow root={BROWSER_ROOT} name={BROWSER_NAME} hint={t('browserHint')} isProblem={false} />
      {folders.map((folder) => {
        const advice = describeFolder(folder, store.shell);
        return (
          <PlaceRow
            key={folder.id}
            root={folder.id}
            name={folder.name}
            hint={FOLDER_ACCESS[folder.access]}
            isProblem={folder.access !== 'granted'}
          >
            <>
              {advice && (
                <button type="button" class="button" onClick={() => void repairFolder(store, folder)}>
                  {advice.button}
                </button>
              )}
              <IconButton
                icon="trash"
                label={t('forgetFolder')}
                subject={folder.name}
                onClick={() => void forgetFolder(store, folder)}
              />
            </>
          </PlaceRow>
        );
      })}
      <div class="setting-more">
        <button type="button" class="button" onClick={() => void addFolder(store)}>
          <Icon name="folder" />
          {t('addFolder')}
        </button>
        {folders.length > 0 && <p class="hint">{t('foldersAsked')}</p>}
      </div>
    </section>
  );
}
