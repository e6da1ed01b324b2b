// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { BROWSER_ROOT, type FolderStatus, type TorrentSnapshot } from '../../src/rpc/types.js';
import { Manager } from '../../src/ui/components/manager.js';
import { torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const A = torrentId('a');
const FILMS: FolderStatus = { id: 'folder-1', name: 'Films', access: 'granted' };
const MUSIC: FolderStatus = { id: 'folder-2', name: 'Music', access: 'granted' };

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench({ pickFolder: () => Promise.resolve(MUSIC.id) });
});

async function showOptions(change: Partial<TorrentSnapshot> = {}): Promise<void> {
  bench.engine.setStatus({ folders: [FILMS, MUSIC] });
  bench.engine.put({ id: A, name: 'First', ...change });
  await bench.show(Manager);
  bench.store.open(A);
  await bench.settle();
  await bench.click('Options');
}

const place = (): HTMLSelectElement => bench.get('.place-field') as HTMLSelectElement;
const findButton = (): HTMLButtonElement => bench.get(`[id="place-${A}-there"]`) as HTMLButtonElement;
const asked = (method: string): unknown[] =>
  bench.engine.requests.filter((request) => request.method === method).map(({ params }) => params);

async function choose(root: string): Promise<void> {
  place().value = root;
  place().dispatchEvent(new Event('change', { bubbles: true }));
  await bench.settle();
}

describe('the place of a torrent', () => {
  it('is another one when it is chosen: a known folder, one that is picked now, or the browser', async () => {
    await showOptions();
    expect(place().value).toBe(BROWSER_ROOT);
    await choose(FILMS.id);
    expect(bench.text).toContain('It goes to Films now.');
    await choose('add');
    await choose(BROWSER_ROOT);
    expect(asked('moveTorrent')).toEqual([
      { torrentId: A, root: FILMS.id },
      { torrentId: A, root: MUSIC.id },
      { torrentId: A, root: BROWSER_ROOT },
    ]);
  });

  it('of one that is paused: its files go there when it runs', async () => {
    await showOptions({ state: { kind: 'stopped' } });
    await choose(FILMS.id);
    expect(bench.text).toContain('Its files go to Films when it is resumed.');
  });

  it('stays when the picker is closed, or the engine refuses, and the reason is said', async () => {
    bench = new ViewBench();
    await showOptions();
    await choose('add');
    expect(asked('moveTorrent')).toEqual([]);
    bench.engine.failures.set('moveTorrent', 'no-space');
    await choose(FILMS.id);
    expect(place().value).toBe(BROWSER_ROOT);
    expect(bench.get('[role=status]').textContent).toContain('all stays where it was');
  });

  it('is said to change while it does, in the row too, and nothing else can be chosen then', async () => {
    await showOptions({ moveProgress: 0.4, state: { kind: 'stopped' } });
    expect(bench.row(A).textContent).toContain('Moving its files, 40 %');
    expect(bench.get(`[id="place-${A}-hint"]`).textContent).toBe('Moving its files, 40 %');
    expect([place().disabled, findButton().disabled]).toEqual([true, true]);
  });

  it('cannot be chosen before the files are known, nor of a folder that is gone but by leaving it', async () => {
    await showOptions({ totalBytes: undefined });
    expect([place().disabled, findButton().disabled]).toEqual([true, true]);
    bench.engine.put({ id: A, totalBytes: 5, root: 'folder-gone' });
    await bench.settle();
    expect(place().selectedOptions[0]?.textContent).toBe('A folder that is not there');
  });
});

describe('files that are there already', () => {
  it('are shown by picking their folder', async () => {
    await showOptions();
    findButton().click();
    await bench.settle();
    expect(asked('relocate')).toEqual([{ torrentId: A, folderId: MUSIC.id }]);
    expect(bench.text).toContain('They are checked now.');
  });

  it('and are not there after all: it says so', async () => {
    await showOptions();
    bench.engine.failures.set('relocate', 'files-not-found');
    findButton().click();
    await bench.settle();
    expect(bench.text).toContain('None of its files is in that folder');
  });
});
