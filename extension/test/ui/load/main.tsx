import '../page/language.js';
import { render, type ComponentType } from 'preact';
import type { Rpc, RpcListeners } from '../../../src/rpc/client.js';
import type { TorrentSnapshot } from '../../../src/rpc/types.js';
import { Manager } from '../../../src/ui/components/manager.js';
import { Popup } from '../../../src/ui/components/popup.js';
import { StoreProvider } from '../../../src/ui/state/context.js';
import { Store } from '../../../src/ui/state/store.js';
import { sampleStatus, sampleTorrent } from '../../rpc/samples.js';
import { fakeShell } from '../fake-shell.js';

/* A view that lists many, for the benchmark: `?view=manager&count=10000&column=down`. Never shipped. */

const VIEWS: Readonly<Record<string, ComponentType>> = { manager: Manager, popup: Popup };
/** Torrents that change at once: what a busy client moves in half a second. */
const CHANGED = 20;
const [LABELS, TRACKERS] = [8, 24] as const;

const query = new URLSearchParams(location.search);
const count = Number(query.get('count'));
const View = VIEWS[query.get('view') ?? ''];
if (!View || !(count > 0)) throw new Error('No such view or count');

/** As in a session of somebody who shares much: most are complete, some hundreds go on. */
function torrentAt(place: number): TorrentSnapshot {
  const isDone = place % 50 >= CHANGED;
  const id = place.toString(16).padStart(40, '0');
  return sampleTorrent({
    id,
    name: `Some recordings of the year ${1900 + (place % 120)}, part ${place}`,
    state: { kind: isDone ? 'seeding' : 'downloading' },
    downloadRate: isDone ? 0 : 1000 * (place % 50),
    uploadRate: 0,
    addedAt: Date.UTC(2026, 0, 20) - place * 60_000,
    queuePosition: place,
    label: `Label ${place % LABELS}`,
    magnet: `magnet:?xt=urn:btih:${id}&tr=udp%3A%2F%2Ftracker-${place % TRACKERS}.example%3A80`,
    ...(isDone ? { wantedDoneBytes: 1_000_000, completedAt: Date.UTC(2026, 0, 20) } : {}),
  });
}

let listeners: RpcListeners | undefined;
const createRpc = (given: RpcListeners): Rpc => {
  listeners = given;
  return { request: () => new Promise(() => undefined), watchDetails: () => undefined, setVisible: () => undefined };
};

const store = new Store(createRpc, fakeShell());
const column = query.get('column');
if (column === 'down') store.prefs.sorting.value = { column, isDescending: true };
const torrents = Array.from({ length: count }, (_, place) => torrentAt(place));
listeners?.onList({ ...sampleStatus(), torrents });
render(
  <StoreProvider value={store}>
    <View />
  </StoreProvider>,
  document.body,
);

/** Milliseconds of the main thread from a message to the page as it is after it: state, drawing and layout. */
async function update(turn: number): Promise<number> {
  const changed: TorrentSnapshot[] = [];
  for (let place = 0; place < CHANGED; place++) {
    const before = torrents[place];
    if (!before) continue;
    const downloadRate = 1000 * ((turn * 7 + place * 13) % 50) + 500;
    const wantedDoneBytes = 250_000 + ((turn * 100) % 700_000);
    changed.push((torrents[place] = { ...before, downloadRate, wantedDoneBytes, etaSeconds: 60 + (turn % 60) }));
  }
  const status = sampleStatus({ isDhtEnabled: true });
  const begin = performance.now();
  listeners?.onListDelta({
    changed,
    removed: [],
    status: { ...status, client: { ...status.client, uploadRate: turn } },
  });
  // What is to be drawn anew is drawn in the microtasks after.
  for (let hop = 0; hop < 8; hop++) await Promise.resolve();
  document.body.getBoundingClientRect();
  return performance.now() - begin;
}

async function measure(turns: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    times.push(await update(turn));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  }
  return times;
}

/** What the benchmark calls. */
Object.assign(globalThis, { measure });
