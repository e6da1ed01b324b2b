// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { ViewBench } from './view-bench.js';

const idOf = (place: number): string => place.toString(16).padStart(40, '0');
const COUNT = 1000;

let bench: ViewBench;
beforeEach(async () => {
  bench = new ViewBench();
  for (let place = 0; place < COUNT; place++) {
    const state = { kind: place % 4 === 0 ? ('stopped' as const) : ('downloading' as const) };
    bench.engine.torrents.set(idOf(place), {
      ...bench.sample,
      id: idOf(place),
      name: `Torrent ${place}`,
      addedAt: COUNT - place,
      state,
    });
  }
  await bench.show(Manager);
});

const rendered = (): readonly string[] =>
  [...document.querySelectorAll('.row-name')].map(({ textContent }) => textContent);

async function pressWith(id: string, key: string, held: object = {}): Promise<void> {
  bench.row(id).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }));
  await bench.settle();
}

describe('a list of a thousand', () => {
  it('renders what is seen, and keeps the row with the focus', async () => {
    expect(rendered().length).toBeLessThan(60);
    expect(rendered()[0]).toBe('Torrent 0');
    bench.row(idOf(0)).focus();
    await pressWith(idOf(0), 'End');
    expect((document.activeElement as HTMLElement).dataset['torrent']).toBe(idOf(COUNT - 1));
    expect(rendered().length).toBeLessThan(60);
  });

  it('is narrowed by state and by name, and says how many are hidden', async () => {
    bench.store.view.filter.value = { state: 'stopped' };
    await bench.settle();
    expect(bench.store.shown.value).toHaveLength(COUNT / 4);
    expect(bench.get('.list-toolbar .hint').textContent).toBe('750 not shown');
    const search = bench.get('#search-field') as HTMLInputElement;
    search.value = 'torrent 100';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await bench.settle();
    expect(rendered()).toEqual(['Torrent 100']);
    search.value = 'nothing like it';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await bench.settle();
    await bench.click('Show all');
    expect(bench.store.shown.value).toHaveLength(COUNT);
  });

  it('says to screen readers how many are hidden when the user hides them, not when torrents change by themselves', async () => {
    const told = (): string => bench.get('.list-toolbar > [aria-live]').textContent;
    bench.store.view.filter.value = { state: 'stopped' };
    await bench.settle();
    expect(told()).toBe('750 not shown');
    bench.engine.put({ id: idOf(1), state: { kind: 'stopped' } });
    await bench.settle();
    expect(bench.get('.list-toolbar .hint').textContent).toBe('749 not shown');
    expect(told()).toBe('750 not shown');
  });

  it('does with all that are selected what is asked of one of them', async () => {
    bench.row(idOf(0)).focus();
    await pressWith(idOf(0), 'ArrowDown', { shiftKey: true });
    await pressWith(idOf(1), 'ArrowDown', { shiftKey: true });
    expect(bench.get('.selection').textContent).toContain('3 selected');
    await pressWith(idOf(2), ' ');
    expect(bench.engine.requests).toEqual(
      [1, 2].map((place) => ({ method: 'stop', params: { torrentId: idOf(place) } })),
    );
    await pressWith(idOf(2), 'a', { ctrlKey: true });
    expect(bench.store.selection.ids.value.size).toBe(COUNT);
    await pressWith(idOf(2), 'Escape');
    expect(bench.store.selection.ids.value.size).toBe(0);
  });

  it('goes by what is selected, where the focus is on a row that no longer is; Enter opens the row that has the focus', async () => {
    for (const place of [1, 2, 3, 2]) bench.store.selection.toggle(idOf(place));
    bench.row(idOf(2)).focus();
    await pressWith(idOf(2), ' ');
    expect(bench.engine.requests).toEqual(
      [1, 3].map((place) => ({ method: 'stop', params: { torrentId: idOf(place) } })),
    );
    await pressWith(idOf(2), 'Enter');
    expect(bench.store.openId.value).toBe(idOf(2));
  });

  it('loses what the filter or the search no longer shows: nothing happens to torrents out of sight', async () => {
    await pressWith(idOf(2), 'a', { ctrlKey: true });
    bench.store.view.search.value = bench.store.torrent(idOf(3))?.value.name ?? '';
    await bench.settle();
    expect([...bench.store.selection.ids.value]).toEqual(bench.store.shown.value);
    expect(bench.store.shown.value.length).toBeLessThan(COUNT);
  });

  it('is added to by Control and the keys, one here and one there', async () => {
    bench.row(idOf(0)).focus();
    const held = { ctrlKey: true };
    await pressWith(idOf(0), ' ', held);
    await pressWith(idOf(0), 'ArrowDown', held);
    await pressWith(idOf(1), 'ArrowDown', held);
    expect([...bench.store.selection.ids.value]).toEqual([idOf(0)]);
    await pressWith(idOf(2), ' ', held);
    expect([...bench.store.selection.ids.value]).toEqual([idOf(0), idOf(2)]);
  });

  it('leaves the focus to the row that takes the place of one that goes by itself', async () => {
    bench.store.view.filter.value = { state: 'downloading' };
    await bench.settle();
    bench.row(idOf(2)).focus();
    bench.engine.put({ id: idOf(2), state: { kind: 'stopped' } });
    await bench.settle();
    expect(document.activeElement).toBe(bench.row(idOf(3)));
    await pressWith(idOf(3), 'ArrowUp');
    expect(document.activeElement).toBe(bench.row(idOf(1)));
  });

  it('is one stop of Tab, with the buttons of that row', async () => {
    bench.row(idOf(1)).focus();
    await bench.settle();
    const stops = [...document.querySelectorAll<HTMLElement>('.row button, [data-torrent]')].filter(
      ({ tabIndex }) => tabIndex === 0,
    );
    expect(stops[0]).toBe(bench.row(idOf(1)));
    expect(stops.length).toBeGreaterThan(1);
    expect(stops.every((stop) => stop.closest('.row')?.contains(bench.row(idOf(1))))).toBe(true);
  });

  it('begins a range anew where the row that it began at is gone', () => {
    bench.store.selection.select('gone');
    bench.store.selection.extendTo(idOf(4), bench.store.shown.value, idOf(3));
    expect([...bench.store.selection.ids.value]).toEqual([idOf(3), idOf(4)]);
  });

  it('collects by plain clicks, as a finger does, once the menu says so', async () => {
    const row = bench.row(idOf(0));
    row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 5, clientY: 5 }));
    await bench.settle();
    [...document.querySelectorAll<HTMLElement>('[role=menuitem]')]
      .find(({ textContent }) => textContent === 'Select several')
      ?.click();
    bench.row(idOf(3)).click();
    await bench.settle();
    expect([...bench.store.selection.ids.value]).toEqual([idOf(0), idOf(3)]);
    expect(bench.store.openId.value).toBeUndefined();
    await bench.click('Select none');
    bench.row(idOf(3)).click();
    await bench.settle();
    expect(bench.store.openId.value).toBe(idOf(3));
  });

  it('asks once about several that are to be removed', async () => {
    bench.store.selection.toggle(idOf(0));
    bench.store.selection.toggle(idOf(1));
    await pressWith(idOf(0), 'Delete');
    expect(bench.get('#remove-title').textContent).toBe('Remove 2 downloads?');
    await bench.click('Remove, keep files');
    expect(bench.engine.requests.map(({ method }) => method)).toEqual(['remove', 'remove']);
  });
});

describe('the context menu', () => {
  it('goes when what it was for is removed elsewhere', async () => {
    const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 5, clientY: 5 });
    bench.row(idOf(1)).dispatchEvent(event);
    await bench.settle();
    expect(bench.get('.menu')).toBeDefined();
    bench.engine.remove(idOf(1));
    await bench.settle();
    expect(document.querySelector('.menu')).toBeNull();
  });

  it('has what can be done, goes by the arrow keys, and gives the focus back', async () => {
    const row = bench.row(idOf(1));
    row.focus();
    row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 5, clientY: 5 }));
    await bench.settle();
    const items = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
    expect(items.map(({ textContent }) => textContent)).toContain('PauseSpace');
    expect(items.map((item) => item.getAttribute('aria-keyshortcuts'))).toContain('Shift+Delete');
    expect(bench.get('.menu').textContent).toContain('Shift+Del');
    expect(document.activeElement).toBe(items[0]);
    await bench.press(bench.get('.menu'), 'ArrowDown');
    expect(document.activeElement).toBe(items[1]);
    await bench.press(bench.get('.menu'), 'Escape');
    expect(document.querySelector('.menu')).toBeNull();
    expect(document.activeElement).toBe(bench.row(idOf(1)));
  });
});

describe('the keys of the view', () => {
  it('are shown by the question mark, out of the tables that make them work', async () => {
    await bench.press(document.body, '?');
    const sheet = bench.get('.shortcuts').textContent;
    for (const words of ['To the field for links', 'Pause / Resume', 'Alt+Home', 'Move to the top']) {
      expect(sheet).toContain(words);
    }
  });

  it('select all downloads from wherever the focus is, and take it to them', async () => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true }));
    await bench.settle();
    expect(bench.store.selection.ids.value.size).toBe(COUNT);
    expect(document.activeElement).toBe(bench.row(idOf(0)));
  });

  it('are switched off in the settings where they are one character alone, and their sheet is still there', async () => {
    await bench.click('Settings');
    (bench.get('#character-keys') as HTMLInputElement).click();
    await bench.click('Show all keys');
    expect(bench.get('.shortcuts').textContent).toContain('Ctrl+F');
    bench.store.areShortcutsOpen.value = false;
    bench.store.areSettingsOpen.value = false;
    await bench.settle();
    await bench.press(document.body, '?');
    expect(bench.store.areShortcutsOpen.value).toBe(false);
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, bubbles: true }));
    expect(document.activeElement).toBe(bench.get('#search-field'));
    bench.store.prefs.hasCharacterKeys.value = true;
  });

  it('are letters where something is typed', async () => {
    const field = bench.get('#add-field');
    await bench.press(field, '?');
    await bench.press(field, ',');
    expect(document.querySelector('dialog')).toBeNull();
    const selectsText = new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true, cancelable: true });
    field.dispatchEvent(selectsText);
    expect(selectsText.defaultPrevented).toBe(false);
    await bench.press(document.body, ',');
    expect(bench.get('.dialog.settings h2').textContent).toBe('Settings');
  });
});
