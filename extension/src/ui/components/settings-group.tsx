import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import type { Settings } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { type SettingsGroup, settingsSectionId } from '../state/settings-fields.js';
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
  const client = useStore().status.value?.client;
  return (
    <>
      {group.fields.map((field) => (
        <Row key={field.name} field={field} settings={settings} onSave={onSave} />
      ))}
      {client && group.note && <p class="setting-note">{group.note(client)}</p>}
    </>
  );
}

/** One part of the settings, each of which holds as soon as it is changed. */
export function SettingsGroupRows(props: GroupProps): JSX.Element {
  const { isAdvanced } = props.group;
  const title = t(props.group.title);
  if (isAdvanced) {
    return (
      <details id={settingsSectionId(props.group.title)} class="settings-group">
        <summary>{title}</summary>
        <Rows {...props} />
      </details>
    );
  }
  return (
    <section id={settingsSectionId(props.group.title)} class="settings-group" aria-label={title}>
      <h3>{title}</h3>
      <Rows {...props} />
    </section>
  );
}
