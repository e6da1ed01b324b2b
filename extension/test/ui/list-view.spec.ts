// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TorrentSnapshot } from '../../src/rpc/types.js';
import { COLUMNS, comparing, type Sorting } from '../../src/ui/state/columns.js';
import { type ListFilter, STATE_FILTERS, trackerHosts } from '../../src/ui/state/list-filters.js';
import { ListView, type TorrentChange } from '../../src/ui/state/list-view.js';
import { Selection } from '../../src/ui/state/selection.js';
import { TorrentIndex } from '../../src/ui/state/torrent-index.js';
import { NEWEST_FIRST, ViewPrefs } from '../../src/ui/state/view-prefs.js';
import { sampleTorrent } from '../rpc/samples.js';

beforeEach(() => localStorage.clear());

const STATES: readonly TorrentSnapshot['state'][] = [
  { kind: 'queued' },
  { kind: 'downloading' },
  { kind: 'seeding' },
  { kind: 'stopped' },
  { kind: 'awaiting-choice' },
  { kind: 'failed', problem: { code: 'disk-full', message: '' } },
];

const torrents: fc.Arbitrary<TorrentSnapshot> = fc
  .record({
    id: fc.integer({ min: 0, max: 12 }).map(String),
    name: fc.string({ maxLength: 3 }),
    state: fc.constantFrom(...STATES),
    downloadRate: fc.nat({ max: 3 }),
    label: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    etaSeconds: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    addedAt: fc.nat({ max: 5 }),
    magnet: fc.constantFrom('magnet:?tr=udp%3A%2F%2Fone.example%3A80', 'magnet:?tr=http%3A%2F%2Ftwo.example%2Fa'),
  })
  .map((change) => sampleTorrent(change));

/** A feed of changes: what is put, or whose id goes. */
const feeds = fc.array(fc.oneof(torrents, fc.integer({ min: 0, max: 12 }).map(String)), { maxLength: 20 });

const filters: fc.Arbitrary<ListFilter> = fc.record(
  {
    state: fc.constantFrom(...STATE_FILTERS.map(({ id }) => id)),
    label: fc.constantFrom('', 'a'),
    tracker: fc.constant('one.example'),
  },
  { requiredKeys: ['state'] },
);

const sortings: fc.Arbitrary<Sorting> = fc.record({
  column: fc.constantFrom(...COLUMNS.map(({ id }) => id)),
  isDescending: fc.boolean(),
});

describe('the list', () => {
  it('after any changes, some at a time, is as if it were made anew', () => {
    fc.assert(
      fc.property(fc.array(feeds), sortings, filters, (batches, sorting, filter) => {
        const known = new Map<string, TorrentSnapshot>();
        const index = new TorrentIndex();
        const source = {
          ids: () => known.keys(),
          get: (id: string) => known.get(id),
          hostsOf: (id: string) => index.hostsOf(id),
        };
        const view = new ListView(source, signal(comparing(sorting)));
        view.filter.value = filter;
        for (const batch of batches) {
          const changes = new Map<string, TorrentChange>();
          for (const entry of batch) {
            const id = typeof entry === 'string' ? entry : entry.id;
            const after = typeof entry === 'string' ? undefined : entry;
            changes.set(id, { id, before: changes.has(id) ? changes.get(id)?.before : known.get(id), after });
            if (after) known.set(id, after);
            else known.delete(id);
            if (after) index.put(after);
            else index.remove(id);
          }
          view.update([...changes.values()]);
        }
        const fresh = new ListView(source, signal(comparing(sorting)));
        fresh.filter.value = filter;
        expect(view.shown.value).toEqual(fresh.shown.value);
        expect(view.shown.value.map((id) => view.placeOf(id))).toEqual([...view.shown.value.keys()]);
        expect(view.placeOf('nobody')).toBe(-1);
      }),
    );
  });

  it('finds by name or by the beginning of the info-hash, whatever the case', () => {
    const known = new Map(
      [sampleTorrent({ id: 'abc', name: 'Big Film' }), sampleTorrent({ id: 'def', name: 'Song' })].map((torrent) => [
        torrent.id,
        torrent,
      ]),
    );
    const source = { ids: () => known.keys(), get: (id: string) => known.get(id), hostsOf: () => [] };
    const view = new ListView(source, signal(comparing(NEWEST_FIRST)));
    view.search.value = ' fILM ';
    expect(view.shown.value).toEqual(['abc']);
    view.search.value = 'de';
    expect(view.shown.value).toEqual(['def']);
  });
});

describe('the counts of the filters', () => {
  it('after any changes are those of the torrents that are there', () => {
    fc.assert(
      fc.property(feeds, (feed) => {
        const index = new TorrentIndex();
        const known = new Map<string, TorrentSnapshot>();
        for (const entry of feed) {
          if (typeof entry === 'string') {
            known.delete(entry);
            index.remove(entry);
          } else {
            known.set(entry.id, entry);
            index.put(entry);
          }
        }
        index.flush();
        const { states, labels, trackers, choosing } = index.counts.value;
        const count = (test: (torrent: TorrentSnapshot) => boolean): number => [...known.values()].filter(test).length;
        for (const filter of STATE_FILTERS) {
          expect(states.get(filter.id) ?? 0).toBe(count((torrent) => filter.matches(torrent)));
        }
        expect(labels.get('a') ?? 0).toBe(count(({ label }) => label === 'a'));
        expect(trackers.get('one.example') ?? 0).toBe(count(({ magnet }) => magnet.includes('one.example')));
        expect(choosing).toHaveLength(count(({ state }) => state.kind === 'awaiting-choice'));
      }),
    );
  });

  it.each([
    ['magnet:?tr=udp%3A%2F%2FA.example%3A80&tr=udp%3A%2F%2Fa.example%3A90&x=1', ['a.example']],
    ['magnet:?dn=x&tr=https%3A%2F%2F[2001%3Adb8%3A%3A1]%3A80%2Fannounce', ['[2001:db8::1]']],
    ['magnet:?tr=http%3A%2F%2Fuser%40host.example%2F', ['host.example']],
    ['magnet:?tr=%E0%A4%A&tr=nonsense&tr=', []],
  ])('know the hosts in %s', (magnet, hosts) => {
    expect(trackerHosts(magnet)).toEqual(hosts);
  });

  it('know hosts in no text that is none', () => {
    fc.assert(fc.property(fc.string(), (text) => trackerHosts(`magnet:?tr=${text}`).every((host) => host.length > 0)));
  });
});

describe('the selection', () => {
  const order = ['a', 'b', 'c', 'd'];

  it('is one, one more or less, a range from the last single choice, or all', () => {
    const selection = new Selection();
    selection.select('b');
    selection.extendTo('d', order);
    expect([...selection.ids.value]).toEqual(['b', 'c', 'd']);
    selection.extendTo('a', order);
    expect([...selection.ids.value]).toEqual(['a', 'b']);
    selection.toggle('d');
    selection.toggle('a');
    expect([...selection.ids.value]).toEqual(['b', 'd']);
    selection.keep((id) => id !== 'b');
    expect([...selection.ids.value]).toEqual(['d']);
    selection.all(order);
    expect(selection.ids.value.size).toBe(4);
    selection.clear();
    expect(selection.ids.value.size).toBe(0);
  });
});

describe('how the user likes the table', () => {
  it('is kept: columns, their order and width, the sorting, the density', () => {
    const prefs = new ViewPrefs();
    prefs.moveColumn('up', 'name');
    prefs.changeColumn('up', { width: 3 });
    prefs.changeColumn('peers', { isShown: false });
    prefs.sortBy('down');
    prefs.density.value = 'compact';
    const again = new ViewPrefs();
    expect(again.columns.value[0]).toEqual({ id: 'up', width: 44, isShown: true });
    expect(again.columns.value.find(({ id }) => id === 'peers')?.isShown).toBe(false);
    expect(again.sorting.value).toEqual({ column: 'down', isDescending: true });
    expect(again.density.value).toBe('compact');
    again.resetColumns();
    expect(again.columns.value.map(({ id }) => id)).toEqual(COLUMNS.map(({ id }) => id));
  });

  it('sorts by a column one way, the other way, and not any more', () => {
    const prefs = new ViewPrefs();
    prefs.sortBy('name');
    expect(prefs.sorting.value).toEqual({ column: 'name', isDescending: false });
    prefs.sortBy('name');
    expect(prefs.sorting.value).toEqual({ column: 'name', isDescending: true });
    prefs.sortBy('name');
    expect(prefs.sorting.value).toEqual(NEWEST_FIRST);
  });

  it('is the usual one after any nonsense in the storage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        localStorage.setItem('view', text);
        const ids = new ViewPrefs().columns.value.map(({ id }) => id);
        expect(new Set(ids).size).toBe(COLUMNS.length);
      }),
    );
  });
});
