import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';
import type { Settings } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { SETTINGS_GROUPS, type SettingsGroup } from '../state/settings-fields.js';
import { FolderSettings } from './folder-settings.js';
import { IconButton } from './icon-button.js';
import { Notices } from './notices.js';
import { SelfTestPanel } from './self-test-panel.js';
import { SessionSettings } from './session-settings.js';
import { ChoiceRow, DaysRow, NumberRow, SwitchRow, TimeRow } from './setting-row.js';

type Field = SettingsGroup['fields'][number];

interface GroupProps {
  readonly group: SettingsGroup;
  readonly settings: Settings;
  readonly onSave: (change: Partial<Settings>) => Promise<Settings>;
}

function Row({ field, settings, onSave }: Omit<GroupProps, 'group'> & { readonly field: Field }): JSX.Element {
  const save = async <Name extends Field['name']>(name: Name, value: Settings[Name]): Promise<Settings[Name]> =>
    (await onSave({ [name]: value }))[name];
  switch (field.kind) {
    case 'number':
      return <NumberRow field={field} value={settings[field.name]} onSave={(value) => save(field.name, value)} />;
    case 'time':
      return <TimeRow field={field} value={settings[field.name]} onSave={(value) => save(field.name, value)} />;
    case 'days':
      return <DaysRow field={field} value={settings[field.name]} onSave={(value) => save(field.name, value)} />;
    case 'choice':
      return <ChoiceRow field={field} value={settings[field.name]} onSave={(value) => save(field.name, value)} />;
    case 'switch':
      return <SwitchRow field={field} value={settings[field.name]} onSave={(value) => save(field.name, value)} />;
  }
}

function Rows({ group, settings, onSave }: GroupProps): JSX.Element {
  return (
    <>
      {group.fields.map((field) => (
        <Row key={field.name} field={field} settings={settings} onSave={onSave} />
      ))}
    </>
  );
}

function Group(props: GroupProps): JSX.Element {
  const { isAdvanced } = props.group;
  const title = t(props.group.title);
  if (isAdvanced) {
    return (
      <details class="settings-group">
        <summary>{title}</summary>
        <Rows {...props} />
      </details>
    );
  }
  return (
    <section class="settings-group" aria-label={title}>
      <h3>{title}</h3>
      <Rows {...props} />
    </section>
  );
}

function OpenSettings(): JSX.Element {
  const store = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  const settings = useSignal<Settings | undefined>(undefined);
  /** Fields that are shown keep what was typed; other settings get other fields. */
  const generation = useSignal(0);

  const load = useCallback(async () => {
    settings.value = await store.ask('getSettings', null);
    generation.value++;
  }, [store, settings, generation]);
  useEffect(() => {
    dialog.current?.showModal();
    void load();
  }, [load]);

  // The dialog closes itself, which gives the focus back to where it was.
  const close = (): void => dialog.current?.close();
  const onClose = (): void => {
    store.areSettingsOpen.value = false;
  };
  const current = settings.value;
  return (
    <dialog ref={dialog} class="dialog settings" aria-labelledby="settings-title" onClose={onClose}>
      <div class="settings-head">
        <h2 id="settings-title">{t('settings')}</h2>
        <IconButton icon="close" label={t('closeSettings')} onClick={close} />
      </div>
      <FolderSettings />
      {current &&
        SETTINGS_GROUPS.map((group) => (
          <Group
            key={`${group.title} ${generation.value}`}
            group={group}
            settings={current}
            onSave={async (change) => {
              const saved = (await store.ask('updateSettings', change)) ?? settings.peek() ?? current;
              settings.value = saved;
              return saved;
            }}
          />
        ))}
      <SessionSettings onImported={() => void load()} />
      <SelfTestPanel />
      <Notices />
    </dialog>
  );
}

/** All settings; each holds as soon as it is changed. */
export function SettingsDialog(): JSX.Element | null {
  return useStore().areSettingsOpen.value ? <OpenSettings /> : null;
}
