import { expect, it } from 'vitest';
import { Notifier } from '../../src/offscreen/notifier.js';
import { sampleTorrent } from '../rpc/samples.js';

it('tells once of what finishes, fails or needs somebody, and of nothing that was so before', () => {
  const told: string[] = [];
  const notifier = new Notifier((kind, name) => told.push(`${kind} ${name}`));
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
