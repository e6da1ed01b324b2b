import { formatInteger, t, tn } from '../../i18n/t.js';
import {
  type ImportedSession,
  type ImportedTorrent,
  MAX_SESSION_FILE_BYTES,
  SESSION_PART_BYTES,
} from '../../rpc/types.js';
import { joinList } from './format.js';
import type { Store } from './store.js';

/** Other types Chrome takes for something else, and changes the name. */
export const FILE_TYPE = 'application/octet-stream';

/** The name of a file with something of ours, of today. */
export const exportName = (what: string): string => `${what} ${new Date().toISOString().slice(0, 10)}.jstorrent`;

/** Saves the whole session as a file among the downloads; the user is told. Needs a click. */
export async function exportSession(store: Store): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let position = 0, totalBytes = 1; position < totalBytes;) {
    const part = await store.ask('exportSession', { position, ...(position === 0 ? { look: store.prefs.text } : {}) });
    if (!part) return;
    const bytes = Uint8Array.fromBase64(part.data);
    parts.push(bytes);
    position += bytes.length;
    ({ totalBytes } = part);
  }
  store.shell.downloadFile(exportName('JSTorrent session'), new Blob(parts, { type: FILE_TYPE }));
  store.say(t('sessionExported'));
}

/** An imported session, as a view tells of it. */
export interface ImportReport extends ImportedSession {
  /** The list looks as it did there. */
  readonly isLookTaken: boolean;
}

/** Takes in the session that was saved in a file. What was taken of it; undefined when it is none, which the user is told. */
export async function importSession(store: Store, file: File): Promise<ImportReport | undefined> {
  const { size: totalBytes } = file;
  if (totalBytes === 0 || totalBytes > MAX_SESSION_FILE_BYTES) {
    store.fail(totalBytes === 0 ? 'session-invalid' : 'session-too-large');
    return undefined;
  }
  for (let position = 0; position < totalBytes; position += SESSION_PART_BYTES) {
    const part = await readPart(store, file, position);
    const taken = part && (await store.ask('importSession', { position, totalBytes, data: part.toBase64() }));
    if (taken) return { ...taken, isLookTaken: taken.look !== undefined && store.prefs.adopt(taken.look) };
    if (taken === undefined) return undefined;
  }
  return undefined;
}

async function readPart(store: Store, file: File, position: number): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await file.slice(position, position + SESSION_PART_BYTES).arrayBuffer());
  } catch {
    store.fail('file-unreadable');
    return undefined;
  }
}

const REASONS: Readonly<Record<NonNullable<ImportedTorrent['reason']>, string>> = {
  damaged: t('importDamaged'),
  invalid: t('importInvalid'),
  'newer-version': t('importNewer'),
  unreadable: t('importUnreadable'),
  'cut-short': t('importCutShort'),
  'not-stored': t('importNotStored'),
};

const OUTCOMES: Readonly<Record<ImportedTorrent['outcome'], string>> = {
  added: t('importAdded'),
  known: t('importKnown'),
  refused: t('importRefused'),
};

/** What became of one torrent of an imported session. */
export function describeImported({ outcome, reason }: ImportedTorrent): string {
  return reason === undefined ? OUTCOMES[outcome] : REASONS[reason];
}

/** What was taken over beside the torrents. */
export function describeTakenSettings({ settings, isLookTaken }: ImportReport): string {
  const count = settings.length + Number(isLookTaken);
  return count === 0 ? t('importedNoSettings') : t('sentence', { text: tn('importedSettings', count) });
}

/** The same of all together: `3 downloads added, 1 in the list already, 1 refused.` */
export function describeImport(torrents: readonly ImportedTorrent[]): string {
  const count = (wanted: ImportedTorrent['outcome']): number =>
    torrents.filter(({ outcome }) => outcome === wanted).length;
  if (torrents.length === 0) return t('importNothing');
  const parts = [tn('importedAdded', count('added'))];
  if (count('known') > 0) parts.push(t('importedKnown', { count: formatInteger(count('known')) }));
  if (count('refused') > 0) parts.push(t('importedRefused', { count: formatInteger(count('refused')) }));
  return t('sentence', { text: joinList(parts) });
}
