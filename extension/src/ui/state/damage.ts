import { t, tn } from '../../i18n/t.js';
import type { DamageReport } from '../../rpc/types.js';
import { exportName, FILE_TYPE } from './session-file.js';
import type { Store } from './store.js';

interface DamageAdvice {
  readonly title: string;
  readonly text: string;
  /** There is something left that is worth keeping. */
  readonly canSave: boolean;
}

/** What of the session is damaged, in one sentence: the worst of it. */
export function describeDamage({ lostTorrents, newerTorrents, areSettingsLost }: DamageReport): DamageAdvice {
  if (lostTorrents > 0)
    return { title: tn('damageLost', lostTorrents), text: tn('damageLostText', lostTorrents), canSave: true };
  if (newerTorrents > 0)
    return { title: tn('damageNewer', newerTorrents), text: tn('damageNewerText', newerTorrents), canSave: false };
  if (areSettingsLost) return { title: t('damageSettings'), text: t('damageSettingsText'), canSave: true };
  return { title: t('damageRepaired'), text: t('damageRepairedText'), canSave: false };
}

/** Saves what is left of damaged records among the downloads; the user is told. Needs a click. */
export async function saveDamaged(store: Store): Promise<void> {
  const saved = await store.ask('exportDamaged', null);
  if (!saved) return;
  const content = new Blob([Uint8Array.fromBase64(saved.data)], { type: FILE_TYPE });
  store.shell.downloadFile(exportName('JSTorrent damaged records'), content);
  store.say(t('savedToYourDownloads'));
}
