import { t } from '../../i18n/t.js';
import type { SelfTestReport } from '../../rpc/self-test.js';
import type { LogLine } from '../../rpc/types.js';
import { redact } from './redact.js';
import type { Check } from './self-test.js';
import { FILE_TYPE } from './session-file.js';
import type { Store } from './store.js';

interface Diagnosis {
  readonly report: SelfTestReport;
  readonly checks: readonly Check[];
  readonly log: readonly LogLine[];
  /** Of downloads and folders. */
  readonly names: Iterable<string>;
}

/** A text for who looks for a fault: the verdicts, the figures, the log, with nothing of it that is nobody's business. */
export function writeDiagnosis({ report, checks, log, names }: Diagnosis): string {
  const folders = report.folders.map(({ access }) => ({ access }));
  const text = [
    'JSTorrent self-test',
    ...checks.map(({ id, verdict }) => `${verdict.padEnd(7)} ${id}`),
    JSON.stringify({ ...report, folders }, null, 2),
    'log',
    ...log.map(({ time, level, text: line }) => `${new Date(time).toISOString()} ${level} ${line}`),
  ].join('\n');
  return `${redact(text, names)}\n`;
}

/** Saves it among the downloads; the user is told. Needs a click. */
export async function exportDiagnosis(store: Store, report: SelfTestReport, checks: readonly Check[]): Promise<void> {
  const log = await store.ask('getLog', {});
  if (!log) return;
  const torrents = store.allTorrents().flatMap(({ name, entryName }) => [name, entryName ?? '']);
  const names = [...torrents, ...report.folders.map(({ name }) => name)];
  const text = writeDiagnosis({ report, checks, log, names });
  const day = new Date(report.finishedAt).toISOString().slice(0, 10);
  store.shell.downloadFile(`JSTorrent self-test ${day}.txt`, new Blob([text], { type: FILE_TYPE }));
  store.say(t('selfTestExported'));
}
