// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { addFiles } from '../../src/ui/state/add.js';
import { sampleDetails, torrentId } from '../rpc/samples.js';
import '../base64.js';
import { ViewBench } from './view-bench.js';

const A = torrentId('a');
const B = torrentId('b');
const HASH = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a';

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
});

describe('the list', () => {
  it('says what to do while it is empty', async () => {
    await bench.show(Manager);
    expect(bench.text).toContain('Nothing here yet');
  });

  it('shows newest first and follows every change', async () => {
    bench.engine.put({ id: A, name: 'Old', addedAt: 1 });
    bench.engine.put({ id: B, name: 'New', addedAt: 2 });
    await bench.show(Manager);
    expect([...document.querySelectorAll('.row-name')].map((name) => name.textContent)).toEqual(['New', 'Old']);
    bench.engine.put({ id: A, wantedDoneBytes: 500_000 });
    bench.engine.remove(B);
    await bench.settle();
    expect(document.querySelectorAll('.row-name')).toHaveLength(1);
    expect(bench.get('.row-percent').textContent).toBe('50 %');
  });

  it('tells screen readers all of a row in one label', async () => {
    bench.engine.put({ id: A, name: 'Film', etaSeconds: 160 });
    await bench.show(Manager);
    expect(bench.row(A).getAttribute('aria-label')).toBe('Film, Downloading, 25 %, 3 min left');
  });

  it('announces a completed download', async () => {
    bench.engine.put({ id: A, name: 'Film' });
    await bench.show(Manager);
    bench.engine.put({ id: A, state: { kind: 'seeding' }, completedAt: 5 });
    await bench.settle();
    expect(bench.get('[role=status]').textContent).toContain('Complete: Film');
  });

  it('tells of a download that fails, and why', async () => {
    bench.engine.put({ id: A, name: 'Film' });
    await bench.show(Manager);
    bench.engine.put({ id: A, state: { kind: 'failed', problem: { code: 'disk-full', message: '' } } });
    await bench.settle();
    const told = bench.get('[role=status]').textContent;
    expect(told).toContain('Film: The disk is full. Make some room, then resume.');
  });
});

describe('a complete download in the browser', () => {
  it('is saved by a word in its row', async () => {
    bench.engine.put({ id: A, name: 'Film', state: { kind: 'seeding' }, wantedDoneBytes: 1_000_000 });
    bench.engine.put({ id: B, name: 'Other' });
    await bench.show(Manager);
    expect(bench.get('.row-place').textContent).toBe(' · in the browser');
    await bench.click('Save to Downloads: Film');
    expect(bench.shell.calls).toEqual(['requestPermission downloads']);
    expect(bench.engine.requests).toEqual([{ method: 'saveToDownloads', params: { torrentId: A } }]);
  });
});

describe('the keyboard', () => {
  beforeEach(async () => {
    bench.engine.put({ id: A, name: 'First', addedAt: 3 });
    bench.engine.put({ id: B, name: 'Second', addedAt: 2 });
    await bench.show(Manager);
  });

  it('arrows, Home and End move the focus, and only one row is a tab stop', async () => {
    bench.row(A).focus();
    await bench.press(bench.row(A), 'ArrowDown');
    expect(document.activeElement).toBe(bench.row(B));
    expect([bench.row(A).tabIndex, bench.row(B).tabIndex]).toEqual([-1, 0]);
    await bench.press(bench.row(B), 'ArrowDown');
    expect(document.activeElement).toBe(bench.row(B));
    await bench.press(bench.row(B), 'Home');
    expect(document.activeElement).toBe(bench.row(A));
    await bench.press(bench.row(A), 'End');
    expect(document.activeElement).toBe(bench.row(B));
  });

  it('Space pauses and resumes', async () => {
    await bench.press(bench.row(A), ' ');
    await bench.press(bench.row(A), ' ');
    expect(bench.engine.requests).toEqual([
      { method: 'stop', params: { torrentId: A } },
      { method: 'start', params: { torrentId: A } },
    ]);
  });

  it('Enter opens the details and Escape closes them', async () => {
    await bench.press(bench.row(A), 'Enter');
    expect(bench.row(A).getAttribute('aria-expanded')).toBe('true');
    expect(bench.get('[role=tabpanel]')).toBeDefined();
    await bench.press(bench.row(A), 'Escape');
    expect(document.querySelector('[role=tabpanel]')).toBeNull();
  });

  it('Escape in the details closes them and goes back to their row', async () => {
    await bench.press(bench.row(A), 'Enter');
    const tab = bench.get('[role=tab][aria-selected=true]');
    tab.focus();
    await bench.press(tab, 'Escape');
    expect(document.querySelector('[role=tabpanel]')).toBeNull();
    expect(document.activeElement).toBe(bench.row(A));
  });

  it('Delete removes at once what stays in a folder, Shift and Delete with its files; both can be undone', async () => {
    for (const id of [A, B]) bench.engine.put({ id, root: 'f1' });
    await bench.settle();
    await bench.press(bench.row(A), 'Delete');
    expect(document.querySelector('dialog')).toBeNull();
    expect(document.activeElement).toBe(bench.row(B));
    bench
      .row(B)
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', shiftKey: true, bubbles: true, cancelable: true }));
    await bench.settle();
    expect(document.activeElement?.id).toBe('add-field');
    expect(bench.engine.requests).toEqual([
      { method: 'remove', params: { torrentId: A, deleteFiles: false, canUndo: true } },
      { method: 'remove', params: { torrentId: B, deleteFiles: true, canUndo: true } },
    ]);
    expect(document.querySelectorAll('.notice')).toHaveLength(2);
  });

  it('Delete asks about files in the browser, where nobody would find them', async () => {
    await bench.press(bench.row(A), 'Delete');
    expect(bench.engine.requests).toEqual([]);
    await bench.click('Cancel');
    expect(bench.engine.requests).toEqual([]);
    await bench.press(bench.row(A), 'Delete');
    await bench.click('Remove, keep files');
    expect(document.activeElement).toBe(bench.row(B));
    await bench.press(bench.row(B), 'Delete');
    await bench.click('Remove and delete files');
    expect(document.activeElement?.id).toBe('add-field');
    expect(bench.engine.requests).toEqual([
      { method: 'remove', params: { torrentId: A, deleteFiles: false, canUndo: true } },
      { method: 'remove', params: { torrentId: B, deleteFiles: true, canUndo: true } },
    ]);
  });

  it('/ goes to the field for links', async () => {
    await bench.press(document.body, '/');
    expect(document.activeElement?.getAttribute('aria-label')).toContain('Magnet link');
  });
});

describe('adding', () => {
  async function paste(text: string): Promise<void> {
    const field = bench.get('#add-field') as HTMLInputElement;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await bench.click('Add');
  }

  it('adds the pasted link and empties the field', async () => {
    await bench.show(Manager);
    await paste(` magnet:?xt=urn:btih:${HASH} `);
    expect(bench.engine.requests).toEqual([
      { method: 'addMagnet', params: { magnet: `magnet:?xt=urn:btih:${HASH}`, chooseFilesFirst: false } },
    ]);
    expect((bench.get('#add-field') as HTMLInputElement).value).toBe('');
  });

  it('keeps what could not be added and says why', async () => {
    await bench.show(Manager);
    await paste('nonsense');
    expect(bench.engine.requests).toEqual([]);
    expect((bench.get('#add-field') as HTMLInputElement).value).toBe('nonsense');
    bench.engine.failures.set('addMagnet', 'v2-unsupported');
    await paste(HASH);
    expect(bench.get('[role=status]').textContent).toContain('v2');
    expect((bench.get('#add-field') as HTMLInputElement).value).toBe(HASH);
  });

  it('fetches the .torrent file whose address was pasted', async () => {
    await bench.show(Manager);
    await paste('https://example.org/film.torrent?key=1');
    expect(bench.engine.requests).toEqual([
      { method: 'addUrl', params: { url: 'https://example.org/film.torrent?key=1', chooseFilesFirst: false } },
    ]);
    expect((bench.get('#add-field') as HTMLInputElement).value).toBe('');
    bench.engine.failures.set('addUrl', 'http-not-found');
    await paste('https://example.org/gone');
    expect(bench.get('[role=status]').textContent).toContain('nothing at this address');
    expect((bench.get('#add-field') as HTMLInputElement).value).toBe('https://example.org/gone');
  });

  it('takes several files, and names those that it does not take', async () => {
    await bench.show(Manager);
    const gone = new File([], 'gone.torrent');
    gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    const files = [new File(['x'], 'film.torrent'), new File([], 'a.zip'), new File([], 'b.zip'), gone];
    expect(await addFiles(bench.store, files)).toBe(false);
    await bench.settle();
    expect(bench.engine.requests.map(({ method }) => method)).toEqual(['addTorrent']);
    const said = bench.get('[role=status]').textContent;
    expect(said).toContain('a.zip and 1 more: Only .torrent files');
    expect(said).toContain('gone.torrent: This file cannot be read');
    bench.engine.failures.set('addTorrent', 'bad-pieces');
    expect(await addFiles(bench.store, files.slice(0, 1))).toBe(false);
    await bench.settle();
    expect(bench.get('[role=status]').textContent).toContain('film.torrent: This is not a usable');
  });

  it('opens what is in the list already', async () => {
    bench.engine.put({ id: torrentId('e'), name: 'There' });
    await bench.show(Manager);
    await paste(HASH);
    expect(bench.store.openId.value).toBe(torrentId('e'));
    expect(bench.text).toContain('already in the list');
  });
});

describe('files', () => {
  it('are chosen before the download when the torrent waits for it', async () => {
    bench.engine.put({ id: A, name: 'Film', state: { kind: 'awaiting-choice' } }, sampleDetails());
    await bench.show(Manager);
    await bench.settle();
    expect(bench.text).toContain('2 of 2 files, 1.0 MB');
    const [, first] = document.querySelectorAll<HTMLInputElement>('.choice input[type=checkbox]');
    first?.click();
    await bench.settle();
    expect(bench.text).toContain('1 of 2 files, 400 kB');
    await bench.click('Download');
    const changes = [
      { priority: 4, fileIndices: [1] },
      { priority: 0, fileIndices: [0] },
    ];
    expect(bench.engine.requests).toEqual([{ method: 'setPriorities', params: { torrentId: A, changes } }]);
  });

  it('that need more room than there is say so before the download, as long as they do', async () => {
    bench.engine.freeBytes = 500_000;
    bench.engine.put({ id: A, name: 'Film', state: { kind: 'awaiting-choice' } }, sampleDetails());
    await bench.show(Manager);
    await bench.settle();
    expect(bench.text).toContain('This needs 750 kB, and the disk has room for 500 kB.');
    expect(bench.text).toContain('Download to a folder…');
    const [, first] = document.querySelectorAll<HTMLInputElement>('.choice input[type=checkbox]');
    first?.click();
    await bench.settle();
    expect(bench.text).not.toContain('has room for');
  });

  it.each([
    [300_000, 'the biggest in parts'],
    [500_000, 'each makes room when it is in your folder'],
  ])('that come to a folder beside a disk with room for %i bytes say how', async (freeBytes, how) => {
    bench.engine.freeBytes = freeBytes;
    bench.engine.put({ id: A, name: 'Film', root: 'f1', state: { kind: 'awaiting-choice' } }, sampleDetails());
    await bench.show(Manager);
    await bench.settle();
    expect(bench.text).toContain(how);
    expect(bench.text).not.toContain('Download to a folder…');
  });

  it('can be given up during the download', async () => {
    bench.engine.put({ id: A, name: 'Film' }, sampleDetails());
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    document.querySelector<HTMLInputElement>('.file input')?.click();
    await bench.settle();
    const changes = [{ priority: 0, fileIndices: [0] }];
    expect(bench.engine.requests).toEqual([{ method: 'setPriorities', params: { torrentId: A, changes } }]);
  });

  it('and folders get a priority, and the torrent its order', async () => {
    const [one, two] = sampleDetails().files;
    if (!one || !two) throw new Error('two files');
    const files = [one, { ...two, path: 'Sample/Extras/two.bin' }];
    bench.engine.put({ id: A, name: 'Film' }, sampleDetails({ files }));
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    const select = document.querySelector<HTMLSelectElement>('select[aria-label="Priority of Extras"]');
    if (!select) throw new Error('no menu');
    select.value = '7';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await bench.settle();
    await bench.click('Files in Extras');
    expect(bench.text).not.toContain('two.bin');
    document.querySelector<HTMLInputElement>('.file-order input')?.click();
    await bench.settle();
    const changes = [{ priority: 7, fileIndices: [1] }];
    const order = { isSequential: true, firstAndLastFirst: false };
    expect(bench.engine.requests).toEqual([
      { method: 'setPriorities', params: { torrentId: A, changes } },
      { method: 'setOrder', params: { torrentId: A, order } },
    ]);
  });

  it('that are complete can be saved, under their own name, where Chrome may not save them', async () => {
    const names: string[] = [];
    const written: number[] = [];
    bench = new ViewBench({
      requestPermission: () => Promise.resolve(false),
      chooseSaveTarget: (name) => {
        names.push(name);
        return Promise.resolve({
          write: (data) => {
            written.push(data.length);
            return Promise.resolve();
          },
          close: () => Promise.resolve(),
          abort: () => Promise.resolve(),
        });
      },
    });
    const [one, two] = sampleDetails().files;
    if (!one || !two) throw new Error('two files');
    bench.engine.put({ id: A }, sampleDetails({ files: [{ ...one, doneBytes: one.length }, two] }));
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    expect([...document.querySelectorAll('button[aria-label^="Save"]')]).toHaveLength(1);
    await bench.click('Save one.bin');
    expect(names).toEqual(['one.bin']);
    expect(written).toEqual([600_000]);
    expect(bench.text).toContain('Saved: one.bin');
  });

  it('a list of very many is rendered a page at a time', async () => {
    const files = Array.from({ length: 1000 }, (_, index) => ({
      index,
      path: `Film/${index}.bin`,
      length: 1,
      doneBytes: 0,
      priority: 4 as const,
    }));
    bench.engine.put({ id: A }, sampleDetails({ files }));
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    expect(document.querySelectorAll('.file')).toHaveLength(300);
    await bench.click('Show 300 more of 700');
    expect(document.querySelectorAll('.file')).toHaveLength(600);
  });
});

describe('links and helper', () => {
  it('a clicked link waits for one answer', async () => {
    bench.engine.setStatus({ pending: [{ pendingId: HASH, name: 'Linked' }] });
    await bench.show(Manager);
    expect(bench.text).toContain('Linked');
    await bench.click('Dismiss');
    expect(document.querySelector('.card')).toBeNull();
    expect(bench.engine.requests).toEqual([{ method: 'dismissPending', params: { pendingId: HASH } }]);
  });

  it('hostile 46: a thousand links show one question', async () => {
    bench.engine.setStatus({
      pending: Array.from({ length: 1000 }, (_, n) => ({ pendingId: String(n), name: `L${n}` })),
    });
    await bench.show(Manager);
    expect(document.querySelectorAll('.card')).toHaveLength(1);
    expect(bench.text).toContain('and 999 more');
  });

  it('the helper card goes by itself once the helper is there', async () => {
    bench.engine.setStatus({ bridge: { kind: 'missing' } });
    bench.engine.put({ id: A, name: 'Film', connectedPeers: 0 });
    await bench.show(Manager);
    expect(bench.text).toContain('The helper is not installed');
    expect(bench.get('.row-sentence').textContent).toBe('Waiting for the helper');
    bench.engine.setStatus({ bridge: { kind: 'ready', helperVersion: '0.1.0', lane: 'native' } });
    await bench.settle();
    expect(bench.text).not.toContain('The helper is not installed');
    expect(bench.get('.row-sentence').textContent).toBe('Looking for peers');
  });
});
