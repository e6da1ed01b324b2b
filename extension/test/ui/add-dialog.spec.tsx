// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const FIELD = 'Magnet link or address of a .torrent file';
const MAGNET = `magnet:?xt=urn:btih:${torrentId('b')}`;
const original = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'clientWidth');

let bench: ViewBench;
beforeEach(async () => {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 360 });
  bench = new ViewBench();
  await bench.show(Manager);
});
afterEach(() => {
  if (original) Object.defineProperty(HTMLElement.prototype, 'clientWidth', original);
});

const dialog = (): Element | null => document.querySelector('dialog.add-dialog');

async function submit(text: string): Promise<void> {
  await bench.type(FIELD, text);
  document.querySelector('dialog form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await bench.settle();
}

describe('in the panel', () => {
  it('one button leads to all there is to say about a new download, and what was added closes it', async () => {
    expect(document.querySelector(`input[aria-label="${FIELD}"]`)).toBeNull();
    await bench.click('Add');
    for (const words of ['Choose files', 'Start at once', 'First in the queue', 'Open .torrent'])
      expect(dialog()?.textContent).toContain(words);
    expect(document.querySelector('[autofocus]')?.getAttribute('aria-label')).toBe(FIELD);
    await submit(MAGNET);
    expect(bench.engine.requests).toEqual([
      { method: 'addMagnet', params: { magnet: MAGNET, chooseFilesFirst: false } },
    ]);
    expect(dialog()).toBeNull();
  });

  it('what cannot be added stays, with the reason in front', async () => {
    await bench.click('Add');
    await submit('nonsense');
    expect((bench.get(`input[aria-label="${FIELD}"]`) as HTMLInputElement).value).toBe('nonsense');
    expect(dialog()?.querySelector('[role=status]')?.textContent).toContain('neither a magnet link');
  });

  it('the key for links leads there too, with downloads in the list or without', async () => {
    await bench.press(document.body, '/');
    expect(dialog()).not.toBeNull();
    await bench.click('Close');
    expect(dialog()).toBeNull();
    bench.engine.put({ id: torrentId('a') });
    await bench.settle();
    await bench.press(document.body, '/');
    expect(dialog()).not.toBeNull();
  });
});
