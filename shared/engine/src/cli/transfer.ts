import type { AddSource } from '../core/add-source.js';
import type { ClientSettings } from '../core/settings.js';
import type { Torrent } from '../core/torrent.js';
import type { TorrentSnapshot } from '../core/snapshots.js';
import type { Endpoint } from '../interfaces/socket.js';
import { MagnetError } from '../protocol/magnet.js';
import { MetainfoError } from '../protocol/metainfo-error.js';
import { CliError } from './cli-error.js';
import type { CliHost } from './host.js';
import { humanReport, jsonReport, type Report } from './report.js';
import { formatBytes } from './text.js';

const REPORT_INTERVAL_MS = 500;

export interface TransferOptions {
  readonly source: AddSource;
  /** Where the files lie or come to lie. */
  readonly folder: string;
  /** Dialled besides those that trackers and the link name. */
  readonly peers: readonly Endpoint[];
  /** Undefined: a random one. */
  readonly port: number | undefined;
  /** Whom it may talk to. */
  readonly network: Partial<ClientSettings>;
  /** Limits; a ratio that is reached ends a transfer that seeds. */
  readonly rates: Partial<ClientSettings>;
  /** `download` ends when all is there, `download-and-seed` goes on, `seed` ends at once when something is missing. */
  readonly goal: 'download' | 'download-and-seed' | 'seed';
  /** Seeds by BEP 16. */
  readonly isSuperSeeding: boolean;
  readonly isJson: boolean;
  readonly isVerbose: boolean;
}

/**
 * Runs one torrent until its goal is reached or the user interrupts, then takes leave of trackers and peers. Existing files are hashed
 * first. Throws {@link CliError} unless every piece is there and verified.
 */
export async function transfer(host: CliHost, options: TransferOptions): Promise<void> {
  const report = options.isJson ? jsonReport(host.stdout) : humanReport(host.stdout);
  const settings = {
    ...options.network,
    ...options.rates,
    ...(options.port === undefined ? {} : { listenPort: options.port }),
  };
  const client = host.createClient({ folder: options.folder, settings, isVerbose: options.isVerbose });
  try {
    await client.start();
    const { listenPort } = client.snapshot();
    if (listenPort === undefined) throw new CliError('failed', `port ${options.port ?? ''} cannot be listened on`);
    report.listening(listenPort);
    const { peers, isSuperSeeding } = options;
    const { torrent } = await client.add(options.source, { peers, isSuperSeeding });
    const stopReports = reportRegularly(host, report, torrent);
    try {
      await reachGoal(host, report, torrent, options.goal);
    } finally {
      stopReports();
    }
  } catch (error) {
    if (!(error instanceof MetainfoError || error instanceof MagnetError)) throw error;
    throw new CliError('failed', error.message, { cause: error });
  } finally {
    report.end();
    await client.close();
  }
}

async function reachGoal(
  host: CliHost,
  report: Report,
  torrent: Torrent,
  goal: TransferOptions['goal'],
): Promise<void> {
  await untilComplete(torrent, { signal: host.interrupted, isSeedOnly: goal === 'seed' });
  report.progress(torrent.snapshot());
  report.complete(torrent.snapshot());
  if (goal !== 'download') await untilSharedEnough(torrent, host.interrupted);
}

/** Waits until `look` answers, asking now and at each change. A thrown error ends the wait. */
function untilChange(
  torrent: Torrent,
  signal: AbortSignal,
  look: (torrent: TorrentSnapshot) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      try {
        if (!look(torrent.snapshot())) return;
        settle(resolve);
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const settle = (finish: () => void) => {
      stopListening();
      signal.removeEventListener('abort', check);
      finish();
    };
    const stopListening = torrent.on('changed', check);
    signal.addEventListener('abort', check);
    check();
  });
}

function untilComplete(
  torrent: Torrent,
  { signal, isSeedOnly }: { readonly signal: AbortSignal; readonly isSeedOnly: boolean },
): Promise<void> {
  return untilChange(torrent, signal, (now) => {
    throwIfFailed(now);
    if (now.state.kind === 'seeding') return true;
    if (signal.aborted) throw new CliError('failed', `interrupted with ${missingOf(now)}`);
    if (isSeedOnly && now.state.kind === 'downloading') throw new CliError('failed', `cannot seed: ${missingOf(now)}`);
    return false;
  });
}

/** Or until the user interrupts. */
function untilSharedEnough(torrent: Torrent, signal: AbortSignal): Promise<void> {
  return untilChange(torrent, signal, (now) => {
    throwIfFailed(now);
    return signal.aborted || now.state.kind === 'stopped';
  });
}

function throwIfFailed({ state }: TorrentSnapshot): void {
  if (state.kind === 'failed') throw new CliError('failed', `${state.problem.code}: ${state.problem.message}`);
}

function missingOf({ wantedBytes, wantedDoneBytes, totalBytes }: TorrentSnapshot): string {
  if (totalBytes === undefined) return 'the metadata not there yet';
  return `${formatBytes(wantedBytes - wantedDoneBytes)} of ${formatBytes(wantedBytes)} missing`;
}

/** Returns how to stop. */
function reportRegularly(host: CliHost, report: Report, torrent: Torrent): () => void {
  const tick = () => {
    report.progress(torrent.snapshot());
    timer = host.clock.setTimer(REPORT_INTERVAL_MS, tick);
  };
  let timer = host.clock.setTimer(0, tick);
  return () => timer.cancel();
}
