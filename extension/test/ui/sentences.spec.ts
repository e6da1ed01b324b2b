import { describe, expect, it } from 'vitest';
import type { BridgeStatus, TorrentState } from '../../src/rpc/types.js';
import {
  describeError,
  describeHelper,
  describeHelperStatus,
  describeTimeLeft,
  describeTorrent,
  describeTrackerMessage,
} from '../../src/ui/state/sentences.js';
import { sampleTorrent, sampleTracker } from '../rpc/samples.js';

const READY: BridgeStatus = { kind: 'ready', helperVersion: '0.1.0', lane: 'native' };

const text = (state: TorrentState, change = {}): string =>
  describeTorrent(sampleTorrent({ state, ...change }), READY).text;

describe('the sentence of a torrent', () => {
  it('says what a download waits for', () => {
    expect(text({ kind: 'downloading' }, { connectedPeers: 0, downloadRate: 0 })).toBe('Looking for peers');
    expect(text({ kind: 'downloading' }, { connectedPeers: 3, downloadRate: 0 })).toBe('Connected, waiting for data');
    expect(text({ kind: 'downloading' })).toBe('Downloading');
    expect(text({ kind: 'metadata' }, { connectedPeers: 2 })).toBe('Getting the list of files');
  });

  it('tells complete from paused', () => {
    expect(text({ kind: 'stopped' })).toBe('Paused');
    expect(text({ kind: 'stopped' }, { wantedDoneBytes: 1_000_000 })).toBe('Complete, not sharing');
    expect(text({ kind: 'seeding' }, { uploadRate: 0 })).toBe('Complete');
  });

  it('names the reason of a failure and what to do', () => {
    const failed = describeTorrent(
      sampleTorrent({ state: { kind: 'failed', problem: { code: 'disk-full', message: 'ENOSPC' } } }),
      READY,
    );
    expect(failed).toEqual({ text: 'The disk is full. Make some room, then resume.', tone: 'problem' });
    const room = { neededBytes: 12.3e9, freeBytes: 4e9 };
    expect(text({ kind: 'failed', problem: { code: 'disk-full', message: '', room } })).toBe(
      'It needs 12.3 GB more, 4.0 GB are free. Make room, choose fewer files, or move it to a folder.',
    );
  });

  it('names files that were changed or are in use, and what to do', () => {
    const problem = (files: readonly string[], change = {}, code: 'files-changed' | 'file-locked' = 'files-changed') =>
      text({ kind: 'failed', problem: { code, message: '', files } }, change);
    const inFolder = { root: 'folder-1' };
    expect(problem(['album/b/b.mp3'], inFolder)).toBe('“b.mp3” changed or disappeared. Download again, or keep yours.');
    expect(problem(['a', 'b', 'c'], inFolder)).toContain('“a” and 2 more files changed');
    expect(problem(['a', 'b'])).toBe('“a” and 1 more file changed or disappeared. Download again what is wrong.');
    expect(problem(['x/a.mp3'], inFolder, 'file-locked')).toBe(
      'Another program uses “a.mp3”. Close it there; JSTorrent tries again by itself.',
    );
    const attention = { code: 'file-locked', message: '', files: ['x/a.mp3'] };
    expect(text({ kind: 'publishing', progress: 0.5 }, { attention })).toContain('Another program uses “a.mp3”.');
  });

  it('hostile 50: a download to which nothing comes says what keeps its files from their folder', () => {
    const stalled = (code: string) =>
      text({ kind: 'downloading' }, { attention: { code, message: '' }, connectedPeers: 2, downloadRate: 0 });
    expect(stalled('disk-full')).toBe('The disk of its folder is full. Make some room; it goes on by itself.');
    expect(stalled('folder-access-lost')).toBe('Its folder is out of reach; what is finished waits.');
    expect(stalled('disk-error')).toContain('could not be copied to its folder');
    const full = { code: 'disk-full', message: '' };
    expect(text({ kind: 'downloading' }, { attention: full, connectedPeers: 2, downloadRate: 10 })).toBe('Downloading');
  });

  it('waits for the helper only where the network is needed', () => {
    const missing: BridgeStatus = { kind: 'missing' };
    const alone = sampleTorrent({ connectedPeers: 0 });
    expect(describeTorrent(alone, missing).text).toBe('Waiting for the helper');
    // The demo has its peer inside the extension.
    expect(describeTorrent(sampleTorrent({ connectedPeers: 1 }), missing).text).toBe('Downloading');
    expect(describeTorrent(sampleTorrent({ state: { kind: 'stopped' } }), missing).text).toBe('Paused');
  });

  it('says the time left only while downloading', () => {
    expect(describeTimeLeft(sampleTorrent({ etaSeconds: 160 }))).toBe('3 min left');
    expect(describeTimeLeft(sampleTorrent({ etaSeconds: undefined }))).toBe('');
    expect(describeTimeLeft(sampleTorrent({ state: { kind: 'stopped' } }))).toBe('');
  });
});

describe('hostile 51: the helper', () => {
  it.each([
    ['missing', { kind: 'missing' }, 'not installed', 'npx --no-install jstorrent-bridge install'],
    [
      'helper-too-old',
      { kind: 'helper-too-old', helperVersion: '0' },
      'too old',
      'npx --no-install jstorrent-bridge install',
    ],
    ['extension-too-old', { kind: 'extension-too-old', helperVersion: '9' }, 'JSTorrent is too old', ''],
  ] as const)('%s: says so and what to do', (_name, bridge, title, command) => {
    const advice = describeHelper(bridge);
    expect(advice?.title).toContain(title);
    expect(advice?.command).toBe(command);
    expect(describeHelperStatus(bridge).tone).toBe('attention');
  });

  it('asks for nothing when it is ready or on its way', () => {
    expect(describeHelper(READY)).toBeUndefined();
    expect(describeHelper({ kind: 'connecting' })).toBeUndefined();
    expect(describeHelperStatus(READY).tone).toBe('done');
  });
});

it('an error without a sentence still gets one', () => {
  expect(describeError('some-new-code')).toBe('That did not work (some-new-code). Please try again.');
  expect(describeError('internal')).toBe('That did not work. Please try again.');
  expect(describeError('not-magnet')).toContain('magnet:');
});

describe('what a tracker said', () => {
  it.each([
    [{ code: 'http-status', detail: '503' }, 'The server answered with status 503'],
    [{ code: 'no-name', detail: undefined }, 'The name of the tracker was not found'],
    [{ code: 'unreachable', detail: 'connect ECONNREFUSED' }, 'The tracker cannot be reached'],
    [{ code: 'failure-reason', detail: undefined }, 'torrent not registered'],
    [undefined, 'torrent not registered'],
  ] as const)('%j: in words of ours, but for its own', (failure, words) => {
    expect(describeTrackerMessage(sampleTracker({ message: 'torrent not registered', failure }))).toBe(words);
  });
});
