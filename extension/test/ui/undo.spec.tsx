// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { Popup } from '../../src/ui/components/popup.js';
import { torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const [A, B] = [torrentId('a'), torrentId('b')];

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
  bench.engine.put({ id: A, name: 'First', addedAt: 3 });
  bench.engine.put({ id: B, name: 'Second', addedAt: 2 });
});

const bar = (): string => bench.get('[role=status]').textContent;
const undone = (): unknown[] =>
  bench.engine.requests.filter(({ method }) => method === 'undoRemove').map(({ params }) => params);

async function remove(id: string): Promise<void> {
  await bench.press(bench.row(id), 'Delete');
  await bench.click('Remove, keep files');
}

/** Presses Control and Z on an element; whether that meant something. */
async function pressUndo(target: HTMLElement): Promise<boolean> {
  const event = new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  await bench.settle();
  return event.defaultPrevented;
}

describe('a removal', () => {
  it('is said where screen readers hear it, and taken back with one button, which hands the focus to the row', async () => {
    await bench.show(Manager);
    await remove(A);
    expect(bar()).toContain('Removed First');
    expect(bench.get('[role=status]').getAttribute('aria-live')).toBe('polite');
    bench.button('Undo the removal of First').focus();
    await bench.click('Undo the removal of First');
    expect(undone()).toEqual([{ torrentId: A }]);
    expect(bar()).not.toContain('Removed');
    expect(document.activeElement).toBe(bench.row(A));
  });

  it('is taken back by Control and Z, the last one first, but not by who is typing', async () => {
    await bench.show(Manager);
    await remove(A);
    await remove(B);
    expect(await pressUndo(bench.get('#add-field'))).toBe(false);
    expect(await pressUndo(document.body)).toBe(true);
    expect(await pressUndo(document.body)).toBe(true);
    expect(await pressUndo(document.body)).toBe(false);
    expect(undone()).toEqual([{ torrentId: B }, { torrentId: A }]);
    expect(document.querySelectorAll('.row')).toHaveLength(2);
  });

  it('is said in every view, also in one where it did not happen, and as long as it can be taken back', async () => {
    await bench.show(Popup);
    const torrent = bench.engine.torrents.get(A);
    if (torrent) bench.engine.removed.set(A, torrent);
    bench.engine.remove(A);
    bench.engine.setStatus({});
    await bench.settle();
    expect(bar()).toContain('Removed First');
    bench.engine.removed.clear();
    bench.engine.setStatus({});
    await bench.settle();
    expect(bar()).not.toContain('Removed');
  });

  it('of many is one line, and taken back with one button', async () => {
    const ids = ['a', 'b', 'c', 'd'].map(torrentId);
    for (const id of ids) bench.engine.put({ id, name: id, root: 'films' });
    await bench.show(Manager);
    bench.store.selection.all(ids);
    await bench.press(bench.row(A), 'Delete');
    expect(bar()).toContain('Removed 4 downloads');
    await bench.click('Undo all');
    expect(undone()).toEqual(ids.map((id) => ({ torrentId: id })));
    expect(bar()).not.toContain('Removed');
    expect(document.querySelectorAll('.row')).toHaveLength(4);
  });

  it('that can be taken back no more says so', async () => {
    await bench.show(Manager);
    await remove(A);
    bench.engine.failures.set('undoRemove', 'unknown-torrent');
    await bench.click('Undo the removal of First');
    expect(bar()).toContain('not in the list any more');
  });
});
