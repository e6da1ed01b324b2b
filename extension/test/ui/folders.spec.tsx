// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { BROWSER_ROOT, type FolderStatus } from '../../src/rpc/types.js';
import { Manager } from '../../src/ui/components/manager.js';
import { Popup } from '../../src/ui/components/popup.js';
import { sampleDetails, torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const A = torrentId('a');
const FILMS: FolderStatus = { id: 'folder-1', name: 'Films', access: 'granted' };
const LOST: FolderStatus = { ...FILMS, access: 'prompt' };
const HOSTILE = '<img src=x onerror="document.title=\'owned\'">';

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
});

const place = (): HTMLSelectElement => bench.get('.place-select') as HTMLSelectElement;

async function choosePlace(root: string): Promise<void> {
  place().value = root;
  place().dispatchEvent(new Event('change', { bubbles: true }));
  await bench.settle();
}

async function addLink(): Promise<unknown> {
  await bench.type('Magnet link or address of a .torrent file', `magnet:?xt=urn:btih:${torrentId('b')}`);
  bench.get('form.add').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await bench.settle();
  return bench.engine.requests.find(({ method }) => method === 'addMagnet')?.params;
}

describe('where downloads go', () => {
  it('is the default unless somebody chooses', async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    await bench.show(Manager);
    expect(place().value).toBe(BROWSER_ROOT);
    expect(await addLink()).not.toHaveProperty('root');
  });

  it('is the folder that was chosen', async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    await bench.show(Manager);
    await choosePlace(FILMS.id);
    expect(await addLink()).toMatchObject({ root: FILMS.id });
  });

  it('is a folder that is picked at that moment, and the engine hears of it at once', async () => {
    bench = new ViewBench({
      pickFolder: () => {
        bench.engine.setStatus({ folders: [FILMS] });
        return Promise.resolve(FILMS.id);
      },
    });
    await bench.show(Manager);
    await choosePlace('add');
    expect(bench.engine.requests).toContainEqual({ method: 'refreshFolders', params: null });
    expect(place().value).toBe(FILMS.id);
    expect(await addLink()).toMatchObject({ root: FILMS.id });
  });

  it('stays as it was when the picker is closed', async () => {
    await bench.show(Manager);
    await choosePlace('add');
    expect(place().value).toBe(BROWSER_ROOT);
    expect(bench.engine.requests).toEqual([]);
  });

  it('shows in the row and in the details', async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    bench.engine.put({ id: A, root: FILMS.id }, sampleDetails());
    await bench.show(Manager);
    expect(bench.row(A).textContent).toContain('to Films');
    bench.engine.put({ id: A, root: FILMS.id, state: { kind: 'seeding' }, wantedDoneBytes: 1_000_000 });
    await bench.settle();
    expect(bench.row(A).textContent).toContain('saved in Films');
    bench.store.open(A);
    await bench.settle();
    await bench.click('About');
    expect(bench.get('.facts').textContent).toContain('PlaceFilms');
    bench.engine.put({ id: A, root: BROWSER_ROOT });
    await bench.settle();
    expect(bench.get('.facts').textContent).toContain('PlaceIn the browser');
  });

  it('is said of each file that is there', async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    const [one, two] = sampleDetails().files;
    if (!one || !two) throw new Error('two files');
    const files = [
      { ...one, doneBytes: one.length, publishedShare: 1 },
      { ...two, doneBytes: two.length, publishedShare: 0.2 },
    ];
    bench.engine.put({ id: A, root: FILMS.id }, sampleDetails({ files }));
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    expect([...document.querySelectorAll('.file-save')].map(({ textContent }) => textContent)).toEqual(['Saved', '']);
  });

  it('says of files that wait for room that they do, and why', async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    const [one, two] = sampleDetails().files;
    if (!one || !two) throw new Error('two files');
    const files = [
      { ...one, doneBytes: 0, publishedShare: 0, waitsForRoom: false },
      { ...two, doneBytes: 0, publishedShare: 0, waitsForRoom: true },
    ];
    bench.engine.put({ id: A, root: FILMS.id }, sampleDetails({ files }));
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    const shown = [...document.querySelectorAll('.file-save')].map(({ textContent }) => textContent);
    expect(shown).toEqual(['', 'Waits for room']);
    expect(document.body.textContent).toContain('They come one after the other');
  });

  it.each([
    ['Download again', 'download-again'],
    ['Keep mine', 'keep'],
  ])('holds a file that the user changed: it says which, and %s is one click', async (label, wish) => {
    bench.engine.setStatus({ folders: [FILMS] });
    const problem = { code: 'files-changed', message: '', files: [`Album/${HOSTILE}`] } as const;
    bench.engine.put({ id: A, root: FILMS.id, state: { kind: 'failed', problem } });
    await bench.show(Manager);
    expect(bench.row(A).textContent).toContain(`“${HOSTILE}” changed or disappeared.`);
    expect(document.querySelector('[aria-label="Resume: Sample"]')).toBeNull();
    await bench.click(`${label}: Sample`);
    expect(bench.engine.requests).toContainEqual({ method: 'settleChangedFiles', params: { torrentId: A, wish } });
  });

  it.each([
    ['folder-access-lost', 'Complete, waits for its folder', false],
    ['disk-full', 'Complete, but the disk of its folder is full.', true],
    ['disk-error', 'Complete, but not copied to its folder.', true],
  ] as const)('is still to be reached after %s: it says so, and how to go on', async (code, sentence, canRetry) => {
    bench.engine.setStatus({ folders: [FILMS] });
    bench.engine.put({
      id: A,
      root: FILMS.id,
      state: { kind: 'seeding' },
      wantedDoneBytes: 1_000_000,
      isInPlace: false,
      attention: { code, message: '' },
    });
    await bench.show(Manager);
    expect(bench.row(A).textContent).toContain(sentence);
    expect(bench.row(A).textContent).toContain('to Films');
    expect(document.querySelectorAll('[aria-label="Try again: Sample"]')).toHaveLength(canRetry ? 1 : 0);
    if (!canRetry) return;
    await bench.click('Try again: Sample');
    expect(bench.engine.requests.at(-1)).toEqual({ method: 'start', params: { torrentId: A } });
  });

  it('folders of one name are told apart', async () => {
    bench.engine.setStatus({ folders: [FILMS, { ...FILMS, id: 'folder-2' }] });
    await bench.show(Manager);
    expect([...place().options].map(({ text }) => text)).toEqual([
      'In the browser',
      'Films',
      'Films (2)',
      'Pick a folder…',
    ]);
  });

  it('hostile 45: the name of a folder is text', async () => {
    bench.engine.setStatus({ folders: [{ ...LOST, name: HOSTILE }] });
    bench.engine.put({ id: A, root: LOST.id });
    await bench.show(Manager);
    await bench.click('Settings');
    expect(document.querySelectorAll('img')).toHaveLength(0);
    expect(bench.text).toContain(`Folder access lost: ${HOSTILE}`);
  });
});

describe('a folder that cannot be reached', () => {
  it('is got back with one button', async () => {
    bench.engine.setStatus({ folders: [LOST] });
    bench.engine.put({ id: A, root: LOST.id });
    await bench.show(Manager);
    expect(bench.text).toContain('Folder access lost: Films');
    await bench.click('Allow again');
    expect(bench.shell.calls).toEqual([`requestFolder ${LOST.id}`]);
    expect(bench.engine.requests).toEqual([{ method: 'refreshFolders', params: null }]);
    bench.engine.setStatus({ folders: [FILMS] });
    await bench.settle();
    expect(bench.text).not.toContain('access lost');
  });

  it('says so when the user refuses', async () => {
    bench = new ViewBench({ requestFolder: () => Promise.resolve(false) });
    bench.engine.setStatus({ folders: [LOST] });
    bench.engine.put({ id: A, root: LOST.id });
    await bench.show(Manager);
    await bench.click('Allow again');
    expect(bench.text).toContain('Chrome does not let JSTorrent write there.');
  });

  it('is looked for again when its disk was not there', async () => {
    bench.engine.setStatus({ folders: [{ ...FILMS, access: 'missing' }] });
    bench.engine.put({ id: A, root: FILMS.id });
    await bench.show(Manager);
    await bench.click('Look again');
    expect(bench.shell.calls).toEqual([]);
    expect(bench.engine.requests).toEqual([{ method: 'refreshFolders', params: null }]);
  });

  it('is nobody’s business while nothing goes there', async () => {
    bench.engine.setStatus({ folders: [LOST] });
    await bench.show(Manager);
    expect(bench.text).not.toContain('access lost');
  });

  it('is repaired in the side panel when the popup shows it: a popup closes as soon as Chrome asks', async () => {
    bench.engine.setStatus({ folders: [LOST] });
    bench.engine.put({ id: A, root: LOST.id });
    await bench.show(Popup);
    await bench.click('Allow again');
    expect(bench.shell.calls).toEqual(['openSidePanel']);
  });
});

describe('the settings of folders', () => {
  it('make one the default, add and forget', async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    await bench.show(Manager);
    await bench.click('Settings');
    bench.get(`#place-${FILMS.id}`).click();
    await bench.settle();
    expect(bench.engine.settings.defaultRoot).toBe(FILMS.id);
    await bench.click('Forget this folder: Films');
    expect(bench.engine.requests.at(-1)).toEqual({ method: 'removeFolder', params: { folderId: FILMS.id } });
    expect(bench.text).not.toContain('removed download');
  });

  it('say what stays in a folder that is forgotten before it could be removed there', async () => {
    bench.engine.setStatus({ folders: [FILMS] });
    bench.engine.leftBehind = ['Album', 'Another'];
    await bench.show(Manager);
    await bench.click('Settings');
    await bench.click('Forget this folder: Films');
    expect(bench.text).toContain('The files of 2 removed downloads stay in Films');
  });

  it('ask Chrome for the permission that a switch needs, and give it back', async () => {
    await bench.show(Manager);
    await bench.click('Settings');
    for (const [name, permission] of [
      ['keepRunning', 'background'],
      ['keepAwake', 'power'],
    ] as const) {
      bench.get(`#setting-${name}`).click();
      await bench.settle();
      expect(bench.engine.settings[name]).toBe(true);
      expect(bench.shell.calls.at(-1)).toBe(`requestPermission ${permission}`);
      bench.get(`#setting-${name}`).click();
      await bench.settle();
      expect(bench.engine.settings[name]).toBe(false);
      expect(bench.shell.calls.at(-1)).toBe(`dropPermission ${permission}`);
    }
  });

  it('leave a switch off when its permission is refused', async () => {
    bench = new ViewBench({ requestPermission: () => Promise.resolve(false) });
    await bench.show(Manager);
    await bench.click('Settings');
    bench.get('#setting-keepAwake').click();
    await bench.settle();
    expect((bench.get('#setting-keepAwake') as HTMLInputElement).checked).toBe(false);
    expect(bench.engine.settings.keepAwake).toBe(false);
  });
});

describe('saving', () => {
  const done = { id: A, state: { kind: 'seeding' }, wantedDoneBytes: 1_000_000 } as const;
  const [file] = sampleDetails().files;
  if (!file) throw new Error('a file');
  const details = sampleDetails({ files: [{ ...file, doneBytes: file.length }] });

  async function openDetails(): Promise<void> {
    bench.engine.put(done, details);
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
  }

  it('gives one file or all to Chrome’s downloads, once the user allows it', async () => {
    await openDetails();
    await bench.click('Save one.bin');
    expect(bench.shell.calls).toEqual(['requestPermission downloads']);
    expect(bench.engine.requests.at(-1)).toEqual({
      method: 'saveToDownloads',
      params: { torrentId: A, fileIndices: [0] },
    });
    expect(bench.text).toContain('Saved to Downloads: one.bin');
    await bench.click('Save to Downloads');
    expect(bench.engine.requests.at(-1)).toEqual({ method: 'saveToDownloads', params: { torrentId: A } });
  });

  it.each([
    ['permission', 'Chrome does not let JSTorrent into that folder. Allow it again'],
    ['not-found', 'A file is missing in its folder'],
  ])('says why a file cannot be read: %s', async (code, sentence) => {
    const target = { write: () => Promise.resolve(), close: () => Promise.resolve(), abort: () => Promise.resolve() };
    bench = new ViewBench({
      requestPermission: () => Promise.resolve(false),
      chooseSaveTarget: () => Promise.resolve(target),
    });
    bench.engine.failures.set('readFile', code);
    await openDetails();
    await bench.click('Save one.bin');
    expect(bench.text).toContain(sentence);
  });

  it('is not offered for what lies in a folder already', async () => {
    await openDetails();
    bench.engine.setStatus({ folders: [FILMS] });
    bench.engine.put({ id: A, root: FILMS.id });
    await bench.settle();
    expect(bench.text).not.toContain('Save to Downloads');
  });
});
