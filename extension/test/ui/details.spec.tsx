// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import type { FileSnapshot } from '../../src/rpc/types.js';
import { sampleDetails, samplePeer, sampleTracker, torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const A = torrentId('a');
const URL_A = 'http://tracker.example/announce';
const URL_B = 'udp://other.example:6969';

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
});

async function openTab(name: string, details: Parameters<typeof sampleDetails>[0], change = {}): Promise<void> {
  bench.engine.put({ id: A, name: 'Film', ...change }, sampleDetails(details));
  await bench.show(Manager);
  bench.store.open(A);
  await bench.settle();
  await bench.click(name);
}

describe('trackers', () => {
  const trackers = [
    sampleTracker({ seeds: 3, leechers: 1, peers: 4, nextAnnounceAt: Date.now() + 1000 * 1000 }),
    sampleTracker({ url: URL_B, tier: 1, status: 'failed', message: 'no such name' }),
  ];

  it('say tier, status, the swarm, when they are asked next and what went wrong', async () => {
    await openTab('Trackers (2)', { trackers });
    const [first, second] = document.querySelectorAll('.tracker');
    expect(first?.textContent).toContain('Working · Tier 1 · 3 seeds, 1 downloading, gave us 4 peers · next in 17 min');
    expect(second?.textContent).toContain('No answer · Tier 2');
    expect(second?.textContent).toContain('no such name');
  });

  it('are asked now, are added, changed and removed', async () => {
    await openTab('Trackers (2)', { trackers });
    await bench.click('Update now');
    await bench.type('Address of another tracker', 'http://new.example/announce');
    await bench.click('Add tracker');
    await bench.click(`Edit tracker: ${URL_B}`);
    expect(document.activeElement?.getAttribute('aria-label')).toBe(`Address of ${URL_B}`);
    await bench.type(`Address of ${URL_B}`, 'udp://changed.example:1');
    await bench.click('Save');
    await bench.click(`Remove tracker: ${URL_A}`);
    expect(bench.engine.requests).toEqual([
      { method: 'announceNow', params: { torrentId: A } },
      { method: 'setTrackers', params: { torrentId: A, tiers: [[URL_A], [URL_B], ['http://new.example/announce']] } },
      { method: 'setTrackers', params: { torrentId: A, tiers: [[URL_A], ['udp://changed.example:1']] } },
      { method: 'setTrackers', params: { torrentId: A, tiers: [[URL_B]] } },
    ]);
    expect(document.querySelector('.tracker-edit')).toBeNull();
  });

  it('that may not be asked again yet: says when they are', async () => {
    const now = Date.now();
    const due = { earliestAnnounceAt: now + 230_000, nextAnnounceAt: now + 600_000 };
    await openTab('Trackers (2)', { trackers: [sampleTracker(due), sampleTracker({ url: URL_B, status: 'idle' })] });
    await bench.click('Update now');
    expect(bench.get('[role=status]').textContent).toContain(
      'The tracker can be asked again in 4 min, and will be then.',
    );
  });

  it('Escape gives up a change and leaves the details open', async () => {
    await openTab('Trackers (2)', { trackers });
    await bench.click(`Edit tracker: ${URL_B}`);
    await bench.press(document.activeElement as HTMLElement, 'Escape');
    expect(document.querySelector('.tracker-edit')).toBeNull();
    expect(bench.store.openId.value).toBe(A);
  });

  it('keep what is no tracker in the field and say so', async () => {
    await openTab('Trackers (0)', { trackers: [] });
    await bench.type('Address of another tracker', 'nonsense');
    await bench.click('Add tracker');
    expect(bench.engine.requests).toEqual([]);
    expect(bench.get('[role=status]').textContent).toContain('no address of a tracker');
  });

  it('none: a running torrent can be told to look now all the same, in the other ways', async () => {
    await openTab('Trackers (0)', { trackers: [] });
    await bench.click('Update now');
    expect(bench.engine.requests).toEqual([{ method: 'announceNow', params: { torrentId: A } }]);
  });

  it('of a torrent that is not running are not asked', async () => {
    await openTab('Trackers (2)', { trackers }, { state: { kind: 'stopped' } });
    expect(bench.button('Update now').disabled).toBe(true);
  });
});

describe('peers', () => {
  it('say where they come from and what goes on', async () => {
    await openTab('Peers (1)', { peers: [samplePeer({ sources: ['dht', 'pex'], amInterested: true })] });
    expect(bench.get('.peer-words').textContent).toBe('DHT, peer exchangemakes us wait');
  });

  it('none: a download says why, above every tab', async () => {
    await openTab('Peers (0)', {}, { connectedPeers: 0, knownPeers: 0 });
    expect(bench.get('.details-reason').textContent).toBe('Nobody who has it was found so far; the search goes on.');
  });

  it('none: a torrent that is not running says so among its peers only', async () => {
    await openTab('Peers (0)', {}, { state: { kind: 'stopped' } });
    expect(bench.get('.details-reason').textContent).toBe('It is paused.');
    expect(bench.get('[role=tabpanel]').textContent).toContain('not running');
  });
});

describe('files', () => {
  const file = (doneBytes: number): FileSnapshot => ({
    index: 0,
    path: 'Film/a.mp4',
    length: 1000,
    doneBytes,
    priority: 4,
  });

  it('have an order as long as some are missing', async () => {
    await openTab('Files (1)', { files: [file(999)] });
    expect(document.querySelectorAll('.file-order')).toHaveLength(1);
    bench.engine.put({ id: A, name: 'Film' }, sampleDetails({ files: [file(1000)] }));
    await bench.settle();
    expect(document.querySelectorAll('.file')).toHaveLength(1);
    expect(document.querySelectorAll('.file-order')).toHaveLength(0);
  });
});

describe('options', () => {
  it('have a switch for super-seeding, which holds at once', async () => {
    await openTab('Options', {});
    bench.get('input[id^=super-seeding]').click();
    await bench.settle();
    expect(bench.engine.requests).toEqual([
      { method: 'setSuperSeeding', params: { torrentId: A, isSuperSeeding: true } },
    ]);
  });
});
