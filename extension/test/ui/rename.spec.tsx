// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { sampleDetails, torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const A = torrentId('a');

let bench: ViewBench;
beforeEach(async () => {
  bench = new ViewBench();
  bench.engine.put({ id: A, name: 'First', entryName: 'first-2026' }, sampleDetails());
  await bench.show(Manager);
  bench.store.open(A);
  await bench.settle();
});

const asked = (method: string): unknown[] =>
  bench.engine.requests.filter((request) => request.method === method).map(({ params }) => params);
const field = (id: string): HTMLInputElement => bench.get(`[id="${id}"]`) as HTMLInputElement;

async function enter(id: string, text: string): Promise<void> {
  field(id).value = text;
  field(id).dispatchEvent(new Event('input', { bubbles: true }));
  field(id).dispatchEvent(new Event('change', { bubbles: true }));
  await bench.settle();
}

describe('a torrent', () => {
  beforeEach(() => bench.click('Options'));

  it('is called as the user wants, and its own name when nothing is written', async () => {
    await enter(`name-${A}`, 'Mine');
    expect(bench.row(A).textContent).toContain('Mine');
    await enter(`name-${A}`, '');
    expect(asked('renameTorrent')).toEqual([
      { torrentId: A, name: 'Mine' },
      { torrentId: A, name: '' },
    ]);
  });

  it('has another name on the disk, or keeps it and says why', async () => {
    expect(field(`entry-${A}`).value).toBe('first-2026');
    await enter(`entry-${A}`, 'best');
    expect(asked('renameFiles')).toEqual([{ torrentId: A, name: 'best' }]);
    bench.engine.failures.set('renameFiles', 'name-taken');
    await enter(`entry-${A}`, 'other');
    expect(field(`entry-${A}`).value).toBe('best');
    expect(bench.text).toContain('This name cannot be used');
  });

  it('has no name on the disk before its files are known, and keeps it while they move', async () => {
    bench.engine.put({ id: A, entryName: undefined });
    await bench.settle();
    expect(field(`entry-${A}`).disabled).toBe(true);
    bench.engine.put({ id: A, entryName: 'first', moveProgress: 0.1 });
    await bench.settle();
    expect(field(`entry-${A}`).disabled).toBe(true);
  });
});

describe('a file', () => {
  const input = (): HTMLInputElement => bench.get('.file-rename') as HTMLInputElement;

  async function typeName(text: string, key: string): Promise<void> {
    input().value = text;
    await bench.press(input(), key);
  }

  it('is renamed in its row: Enter saves, and the focus comes back to the button', async () => {
    await bench.click('Rename: two.bin');
    expect(document.activeElement).toBe(input());
    expect(input().value).toBe('two.bin');
    await typeName('second.bin', 'Enter');
    await bench.settle();
    expect(asked('renameFiles')).toEqual([{ torrentId: A, fileIndex: 1, name: 'second.bin' }]);
    expect(document.activeElement).toBe(bench.button('Rename: two.bin'));
  });

  it('keeps its name after Escape, without a change, and without a name', async () => {
    for (const [text, key] of [
      ['other', 'Escape'],
      ['one.bin', 'Enter'],
      [' ', 'Enter'],
    ] as const) {
      await bench.click('Rename: one.bin');
      await typeName(text, key);
      await bench.settle();
    }
    expect(asked('renameFiles')).toEqual([]);
    expect(bench.store.openId.value).toBe(A);
  });
});
