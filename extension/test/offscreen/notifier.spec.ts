import { expect, it } from 'vitest';
import { Notifier } from '../../src/offscreen/notifier.js';
import { VirtualClock } from '@jstorrent/engine/testing';
import { sampleTorrent } from '../rpc/samples.js';

it('tells once of what finishes, fails or needs somebody, and of nothing that was so before', () => {
  const told: string[] = [];
  const notifier = new Notifier(new VirtualClock(), (kind, name) => told.push(`${kind} ${name}`));
  const torrent = sampleTorrent({ name: 'a' });
  const failed = {
    ...torrent,
    state: { kind: 'failed' as const, problem: { code: 'disk-full' as const, message: '' } },
  };
  notifier.look('1', { ...torrent, completedAt: 1 });
  notifier.look('2', failed);
  expect(told).toEqual([]);
  notifier.look('3', torrent);
  notifier.look('3', failed);
  notifier.look('3', failed);
  notifier.look('3', { ...torrent, state: { kind: 'awaiting-choice' } });
  notifier.look('3', torrent);
  notifier.look('3', { ...torrent, completedAt: 5 });
  notifier.look('3', { ...torrent, completedAt: 5, attention: { code: 'folder-access-lost', message: '' } });
  expect(told).toEqual(['failed a', 'attention a', 'finished a', 'attention a']);
  notifier.look('3', undefined);
  notifier.look('3', { ...torrent, completedAt: 5 });
  expect(told).toHaveLength(4);
});

it('tells of trouble that is tried again by itself once, and again when it is back after a while', async () => {
  const clock = new VirtualClock();
  const told: string[] = [];
  const notifier = new Notifier(clock, (kind) => told.push(kind));
  const well = sampleTorrent();
  const problem = { code: 'file-locked' as const, message: '' };
  const failed = { ...well, state: { kind: 'failed' as const, problem } };
  notifier.look('1', well);
  for (let attempt = 0; attempt < 5; attempt++) {
    notifier.look('1', failed);
    await clock.advance(300_000);
    notifier.look('1', { ...well, state: { kind: 'checking', progress: 0 } });
    await clock.advance(2000);
  }
  expect(told).toEqual(['failed']);
  await clock.advance(600_000);
  notifier.look('1', failed);
  expect(told).toEqual(['failed', 'failed']);
});
