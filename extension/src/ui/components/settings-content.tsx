import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect } from 'preact/hooks';
import type { Settings } from '../../rpc/types.js';
import { useStore } from '../state/context.js';
import { SETTINGS_GROUPS } from '../state/settings-fields.js';
import { FolderSettings } from './folder-settings.js';
import { KeyboardSettings } from './keyboard-settings.js';
import { SelfTestPanel } from './self-test-panel.js';
import { SessionSettings } from './session-settings.js';
import { SettingsGroupRows } from './settings-group.js';

/** All settings, one part below the other; each holds as soon as it is changed. */
export function SettingsContent(): JSX.Element {
  const store = useStore();
  const settings = useSignal<Settings | undefined>(undefined);
  /** Fields that are shown keep what was typed; other settings get other fields. */
  const generation = useSignal(0);

  const load = useCallback(async () => {
    settings.value = await store.ask('getSettings', null);
    generation.value++;
  }, [store, settings, generation]);
  useEffect(() => void load(), [load]);

  const current = settings.value;
  return (
    <>
      <FolderSettings />
      {current &&
        SETTINGS_GROUPS.map((group) => (
          <SettingsGroupRows
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
      <KeyboardSettings />
      <SessionSettings onImported={() => void load()} />
      <SelfTestPanel />
    </>
  );
}
