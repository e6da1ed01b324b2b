// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import type { FileSnapshot } from '../../src/rpc/types.js';
import { Manager } from '../../src/ui/components/manager.js';
import { sampleDetails, torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const A = torrentId('a');
const FILMS = { id: 'f1', name: 'Films', access: 'granted' } as const;

const files: readonly FileSnapshot[] = [
  'Film.mkv',
  'Extras/Making of.mkv',
  'Subs/de.srt',
  'Subs/es.srt',
  'Poster.jpg',
].map((path, index) => ({ index, path: `Film/${path}`, length: 100, doneBytes: 0, priority: 4 }));

let bench: ViewBench;
beforeEach(() => (bench = new ViewBench()));

/** Files and the folders that they are in. */
const shownFiles = (): readonly string[] =>
  [...document.querySelectorAll('.file .file-path')].map(({ textContent }) => textContent);

const box = (label: string): HTMLInputElement => {
  const found = [...document.querySelectorAll('label.check')].find(({ textContent }) => textContent === label);
  const input = found?.querySelector('input');
  if (!input) throw new Error(`no box ${label}`);
  return input;
};

async function tick(label: string): Promise<void> {
  box(label).click();
  await bench.settle();
}

describe('the question about files', () => {
  beforeEach(async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    bench.engine.put({ id: A, name: 'Film', state: { kind: 'awaiting-choice' } }, sampleDetails({ files }));
    await bench.show(Manager);
    await bench.settle();
  });

  it('is narrowed by name, and takes or leaves all that match at once', async () => {
    await bench.click('Files in Subs');
    expect(shownFiles()).not.toContain('de.srt');
    await bench.type('Find files', ' SRT');
    expect(shownFiles()).toEqual(['Subs', 'de.srt', 'es.srt']);
    await tick('All 2 that match');
    expect(bench.text).toContain('3 of 5 files');
    await bench.type('Find files', 'nothing like it');
    expect(shownFiles()).toEqual([]);
    expect(bench.text).toContain('No file has that in its name.');
    await bench.type('Find files', '');
    expect(shownFiles()).toHaveLength(5);
    await tick('All files');
    expect(bench.text).toContain('5 of 5 files');
  });

  it('says where it goes, how it is called and how it begins', async () => {
    const place = bench.get('.choice select.place-field') as HTMLSelectElement;
    place.value = FILMS.id;
    place.dispatchEvent(new Event('change', { bubbles: true }));
    await bench.settle();
    const label = bench.get(`#choice-label-${A}`) as HTMLInputElement;
    label.value = 'Open films ';
    label.dispatchEvent(new Event('change', { bubbles: true }));
    for (const name of ['Start at once', 'From start to end', 'First in the queue']) await tick(name);
    await bench.click('Add, start later');
    expect(bench.engine.requests).toEqual([
      { method: 'moveTorrent', params: { torrentId: A, root: FILMS.id } },
      { method: 'setLabel', params: { torrentId: A, label: 'Open films' } },
      { method: 'setOrder', params: { torrentId: A, order: { isSequential: true, firstAndLastFirst: false } } },
      { method: 'moveInQueue', params: { torrentId: A, move: 'top' } },
      { method: 'stop', params: { torrentId: A } },
      {
        method: 'setPriorities',
        params: { torrentId: A, changes: [{ priority: 4, fileIndices: [0, 1, 2, 3, 4] }] },
      },
    ]);
  });
});

it('files of a download that runs are found by name, too', async () => {
  bench.engine.put({ id: A, name: 'Film' }, sampleDetails({ files }));
  await bench.show(Manager);
  bench.store.open(A);
  await bench.settle();
  await bench.type('Find files', 'subs de');
  expect(shownFiles()).toEqual(['Subs', 'de.srt']);
  await tick('The one that matches');
  expect(bench.engine.requests).toEqual([
    { method: 'setPriorities', params: { torrentId: A, changes: [{ priority: 0, fileIndices: [2] }] } },
  ]);
});

describe('a download that is there already', () => {
  it.each([
    [1, 'It gained one tracker of this link.'],
    [3, 'It gained 3 trackers of this link.'],
    [0, 'This download is already in the list.'],
  ])('that gains %i trackers says so, from whatever side it came', async (newTrackers, words) => {
    bench.engine.newTrackers = newTrackers;
    bench.engine.put({ id: torrentId('e'), name: 'There' });
    bench.engine.setStatus({ pending: [{ pendingId: torrentId('e'), name: 'There' }] });
    await bench.show(Manager);
    expect(bench.get('.card').textContent).toContain('This download is already in the list.');
    expect(bench.get('.card').textContent).not.toContain('Choose files');
    await bench.click('Add its trackers');
    expect(bench.store.openId.value).toBe(torrentId('e'));
    expect(bench.get('.notices').textContent).toContain(words);
  });
});
