import { type PlainKey, t, tn } from '../../i18n/t.js';
import type { SelfTestReport } from '../../rpc/self-test.js';
import type { BridgeStatus, FolderStatus } from '../../rpc/types.js';
import { describeFolder, FOLDER_ACCESS } from './folders.js';
import { formatDecimal, formatLong, formatRate } from './format.js';
import { describeHelper, describeHelperStatus } from './sentences.js';

export type Verdict = 'ok' | 'warning' | 'failed';

/** What the self-test says of one part. */
export interface Check {
  /** For the exported file. */
  readonly id: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly text: string;
  /** What to do; empty when nothing. */
  readonly advice: string;
}

type Finding = Omit<Check, 'id' | 'name'>;

const DAY_MS = 86_400_000;
/** What is slower than these holds downloads back that people have. */
const [SLOW_ROUND_TRIP_MS, SLOW_LANE, SLOW_DISK, SLOW_HASH] = [100, 20_000_000, 20_000_000, 100_000_000] as const;

const ok = (text: string): Finding => ({ verdict: 'ok', text, advice: '' });
const warning = (text: string, advice: string): Finding => ({ verdict: 'warning', text, advice });
const failed = (text: string, advice = ''): Finding => ({ verdict: 'failed', text, advice });

const VERDICTS: Readonly<Record<Verdict, PlainKey>> = {
  ok: 'verdictOk',
  warning: 'verdictWarning',
  failed: 'verdictFailed',
};

export const verdictName = (verdict: Verdict): string => t(VERDICTS[verdict]);

function checkHelper({ bridge, roundTripMs }: SelfTestReport): Finding {
  if (bridge.kind !== 'ready') {
    const advice = describeHelper(bridge);
    return failed(advice?.title ?? describeHelperStatus(bridge).text, advice?.text);
  }
  const version = bridge.helperVersion;
  if (roundTripMs === undefined) return failed(t('helperSilent', { version }), t('helperSilentAdvice'));
  const text = t('helperAnswers', { version, milliseconds: formatDecimal(roundTripMs, roundTripMs < 10 ? 1 : 0) });
  return roundTripMs > SLOW_ROUND_TRIP_MS ? warning(text, t('busyAdvice')) : ok(text);
}

const isReady = (bridge: BridgeStatus): bridge is BridgeStatus & { kind: 'ready' } => bridge.kind === 'ready';

function checkLane({ bridge, isFastLaneWanted, laneBytesPerSecond }: SelfTestReport): Finding {
  if (!isReady(bridge)) return failed(t('needsHelper'));
  if (laneBytesPerSecond === undefined) return failed(t('noAnswer'), t('helperSilentAdvice'));
  const rate = formatRate(laneBytesPerSecond);
  if (bridge.lane === 'fast')
    return laneBytesPerSecond < SLOW_LANE
      ? warning(t('laneFast', { rate }), t('busyAdvice'))
      : ok(t('laneFast', { rate }));
  return isFastLaneWanted ? warning(t('laneNative', { rate }), t('laneBlockedAdvice')) : ok(t('laneOff', { rate }));
}

function checkUdp({ bridge, isUdpWorking }: SelfTestReport): Finding {
  if (!isReady(bridge)) return failed(t('needsHelper'));
  return isUdpWorking ? ok(t('udpWorks')) : failed(t('udpFails'), t('udpAdvice'));
}

function checkReach({ bridge, listenPort, peerAt, queryAt, finishedAt }: SelfTestReport): Finding {
  if (!isReady(bridge)) return failed(t('needsHelper'));
  if (listenPort === undefined) return failed(t('reachNoPort'), t('reachNoPortAdvice'));
  const ago = (time = -Infinity): string | undefined =>
    finishedAt - time > DAY_MS ? undefined : formatLong((finishedAt - time) / 1000);
  const [peer, query] = [ago(peerAt), ago(queryAt)];
  if (peer !== undefined) return ok(t('reachPeer', { port: listenPort, duration: peer }));
  if (query !== undefined) return ok(t('reachQuery', { port: listenPort, duration: query }));
  return warning(t('reachNobody', { port: listenPort }), t('reachAdvice'));
}

function checkDht({ isDhtEnabled, dhtNodes }: SelfTestReport): Finding {
  if (!isDhtEnabled) return ok(t('dhtIsOff'));
  if (dhtNodes === undefined) return ok(t('dhtRests'));
  return dhtNodes > 0 ? ok(tn('dhtAnswers', dhtNodes)) : warning(t('dhtSilent'), t('dhtSilentAdvice'));
}

function checkDisk({ disk }: SelfTestReport): Finding {
  if ('problem' in disk)
    return failed(t('diskFails'), t(disk.problem === 'no-space' ? 'diskFullAdvice' : 'diskAdvice'));
  const [written, read] = [formatRate(disk.writeBytesPerSecond), formatRate(disk.readBytesPerSecond)];
  const text = t('diskRates', { written, read });
  return disk.writeBytesPerSecond < SLOW_DISK ? warning(text, t('busyAdvice')) : ok(text);
}

function checkHash({ hashBytesPerSecond }: SelfTestReport): Finding {
  if (hashBytesPerSecond === undefined) return failed(t('noAnswer'), t('helperSilentAdvice'));
  const text = t('hashRate', { rate: formatRate(hashBytesPerSecond) });
  return hashBytesPerSecond < SLOW_HASH ? warning(text, t('busyAdvice')) : ok(text);
}

const PARTS: readonly (readonly [id: string, name: PlainKey, check: (report: SelfTestReport) => Finding])[] = [
  ['helper', 'helper', checkHelper],
  ['lane', 'testLane', checkLane],
  ['udp', 'testUdp', checkUdp],
  ['reach', 'testReach', checkReach],
  ['dht', 'setEnableDht', checkDht],
  ['disk', 'testDisk', checkDisk],
  ['hash', 'testHash', checkHash],
];

function checkFolder(folder: FolderStatus, shell: { readonly isTab: boolean }): Finding {
  const text = FOLDER_ACCESS[folder.access];
  const advice = describeFolder(folder, shell);
  if (!advice) return ok(text);
  return folder.access === 'prompt' ? warning(text, advice.text) : failed(text, advice.text);
}

/** What the figures mean, part by part. */
export function judge(report: SelfTestReport, shell: { readonly isTab: boolean }): readonly Check[] {
  const parts = PARTS.map(([id, name, check]) => ({ id, name: t(name), ...check(report) }));
  const folders = report.folders.map((folder) => ({
    id: 'folder',
    name: t('testFolder', { folder: folder.name }),
    ...checkFolder(folder, shell),
  }));
  return [...parts, ...folders];
}

/** All of it in one sentence. */
export function summarize(checks: readonly Check[]): string {
  const issues = checks.filter(({ verdict }) => verdict !== 'ok').length;
  return issues === 0 ? t('selfTestGood') : tn('selfTestIssues', issues);
}
