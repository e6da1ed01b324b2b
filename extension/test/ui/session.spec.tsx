// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import '../base64.js';
import { torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

let bench: ViewBench;
beforeEach(async () => {
  bench = new ViewBench();
  await bench.show(Manager);
  await bench.click('Settings');
});

/** As if the user had picked this file. */
async function choose(content: string): Promise<void> {
  const input = bench.get('input[aria-label="Session file"]');
  Object.defineProperty(input, 'files', { configurable: true, value: [new File([content], 'x.jstorrent')] });
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await bench.settle();
  await bench.settle();
}

const report = (): string => bench.get('.session-report').textContent;

describe('the session', () => {
  it('is exported to the downloads as one file', async () => {
    await bench.click('Export session…');
    expect(bench.engine.requests).toEqual([
      { method: 'exportSession', params: { position: 0, look: bench.store.prefs.text } },
    ]);
    const [download = ''] = bench.shell.calls;
    expect(download).toMatch(/^downloadFile JSTorrent session \d{4}-\d\d-\d\d\.jstorrent, 7 bytes$/);
    expect(bench.text).toContain('Session exported');
  });

  it('is imported from such a file, and each torrent says what became of it', async () => {
    bench.engine.imported = [
      { torrent: { id: torrentId('a'), name: 'Film' }, outcome: 'added' },
      { torrent: { id: torrentId('b'), name: 'Song' }, outcome: 'known' },
      { torrent: undefined, outcome: 'refused', reason: 'damaged' },
    ];
    await choose('content');
    const params = { position: 0, totalBytes: 7, data: btoa('content') };
    expect(bench.engine.requests).toEqual([{ method: 'importSession', params }]);
    expect(report()).toContain('1 download added, 1 in the list already, 1 refused.');
    const lines = [...document.querySelectorAll('.imported')].map(({ textContent }) => textContent);
    expect(lines).toEqual([
      'FilmAdded. What there is of its files is checked.',
      'SongWas in the list already, and stays as it was.',
      'A download whose name cannot be readRefused: this part of the file is damaged.',
    ]);
    expect(bench.get('.session-report').getAttribute('aria-live')).toBe('polite');
  });

  it('that was imported shows in the settings at once', async () => {
    bench.engine.settings = { ...bench.engine.settings, uploadSlots: 5 };
    await choose('content');
    expect((bench.get('#setting-uploadSlots') as HTMLInputElement).value).toBe('5');
  });

  it('says which settings came with it, and the list looks as it did there', async () => {
    await choose('content');
    expect(report()).toContain('Settings stay as they are here.');
    bench.engine.importedBeside = { settings: ['badge'], look: JSON.stringify({ density: 'compact' }) };
    await choose('content');
    expect(report()).toContain('2 settings taken over.');
    expect(bench.store.prefs.density.value).toBe('compact');
  });

  it('changes nothing of how a list looks that was changed here; hostile 48: and nothing when that is no text of ours', async () => {
    for (const look of ['', '{', 'null', '[]', '{"density":7,"columns":[null],"sorting":3}']) {
      bench.engine.importedBeside = { settings: [], look };
      await choose('content');
      expect(report()).toContain('Settings stay as they are here.');
    }
    bench.store.prefs.sortBy('name');
    bench.engine.importedBeside = { settings: [], look: JSON.stringify({ density: 'compact' }) };
    await choose('content');
    expect(report()).toContain('Settings stay as they are here.');
    expect(bench.store.prefs.density.value).toBe('comfortable');
  });

  it('hostile 45: shows names of an imported file as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    bench.engine.imported = [{ torrent: { id: torrentId('a'), name }, outcome: 'added' }];
    await choose('content');
    expect(bench.get('.imported-name').textContent).toBe(name);
    expect(document.querySelector('.imported img')).toBeNull();
  });

  it('says why a file cannot be imported', async () => {
    await choose('');
    expect(bench.text).toContain('no exported session');
    bench.engine.failures.set('importSession', 'session-newer');
    await choose('content');
    expect(bench.text).toContain('Update this one first');
    expect(report()).toBe('');
  });
});
