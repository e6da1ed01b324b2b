// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { Popup } from '../../src/ui/components/popup.js';
import { formatTime, parseTime } from '../../src/ui/state/settings-fields.js';
import { torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const [A, B, C] = [torrentId('a'), torrentId('b'), torrentId('c')];

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
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

const names = (): (string | null)[] =>
  [...document.querySelectorAll('.row-name')].map(({ textContent }) => textContent);

/** Three torrents: the newest is the last of the queue. */
async function showThree(): Promise<void> {
  for (const [queuePosition, id] of [A, B, C].entries()) {
    bench.engine.put({ id, name: id.slice(0, 1), addedAt: queuePosition, queuePosition });
  }
  await bench.show(Manager);
}

async function pressAlt(id: string, key: string): Promise<void> {
  const event = new KeyboardEvent('keydown', { key, altKey: true, bubbles: true, cancelable: true });
  bench.row(id).dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  await bench.settle();
}

/** Rows have no height here: a positive `clientY` is in the lower half. */
async function drag(type: string, id: string, clientY = 0): Promise<Event> {
  const event = new Event(type, { bubbles: true, cancelable: true });
  Object.assign(event, { clientY, dataTransfer: { types: [], items: [], files: [] } });
  bench.row(id).dispatchEvent(event);
  await bench.settle();
  return event;
}

describe('slow mode', () => {
  it('is one button in the popup and in the list, which says whether it is on', async () => {
    await bench.show(Popup);
    expect(bench.button('Slow mode').getAttribute('aria-pressed')).toBe('false');
    await bench.click('Slow mode');
    expect(bench.button('Slow mode').getAttribute('aria-pressed')).toBe('true');
    await bench.click('Slow mode');
    expect(asked('switchTurtle')).toEqual([{ isOn: true }, { isOn: false }]);
  });

  it('has its limits in kB/s, and a schedule of times and days', async () => {
    await bench.show(Manager);
    await bench.click('Settings');
    expect(field('setting-turtleDownloadLimitBytesPerSecond').value).toBe('100');
    await enter('setting-turtleDownloadLimitBytesPerSecond', '250');
    expect(field('setting-turtleScheduleFromMinute').value).toBe('08:00');
    await enter('setting-turtleScheduleFromMinute', '22:30');
    expect(bench.button('Sunday').getAttribute('aria-pressed')).toBe('true');
    await bench.click('Sunday');
    await bench.click('Saturday');
    expect(bench.button('Sunday').getAttribute('aria-pressed')).toBe('false');
    expect(asked('updateSettings')).toEqual([
      { turtleDownloadLimitBytesPerSecond: 250_000 },
      { turtleScheduleFromMinute: 22 * 60 + 30 },
      { turtleScheduleDays: 0b111_1110 },
      { turtleScheduleDays: 0b011_1110 },
    ]);
  });

  it('times are read as they are written', () => {
    for (const minutes of [0, 59, 60, 13 * 60 + 5, 24 * 60 - 1]) expect(parseTime(formatTime(minutes))).toBe(minutes);
    for (const text of ['', '24:00', '12:60', '8:00', 'noon']) expect(parseTime(text)).toBeUndefined();
  });
});

describe('the queue', () => {
  it('is what the list shows once somebody moves in it, or by its button', async () => {
    await showThree();
    expect(names()).toEqual(['c', 'b', 'a']);
    await bench.click('Queue order');
    expect(names()).toEqual(['a', 'b', 'c']);
    await bench.click('Queue order');
    await pressAlt(C, 'Home');
    expect(names()).toEqual(['c', 'a', 'b']);
    expect(bench.button('Queue order').getAttribute('aria-pressed')).toBe('true');
  });

  it('is changed by the keyboard, and the focus stays with the torrent', async () => {
    await showThree();
    bench.row(A).focus();
    await pressAlt(A, 'ArrowDown');
    await pressAlt(A, 'End');
    await pressAlt(A, 'ArrowUp');
    expect(asked('moveInQueue')).toEqual([
      { torrentId: A, move: 'down' },
      { torrentId: A, move: 'bottom' },
      { torrentId: A, move: 'up' },
    ]);
    expect(names()).toEqual(['b', 'a', 'c']);
    expect(document.activeElement).toBe(bench.row(A));
  });

  it('is changed by dragging a row in its order, and shows where it would come', async () => {
    await showThree();
    expect(bench.row(A).getAttribute('draggable')).not.toBe('true');
    await bench.click('Queue order');
    expect(bench.row(A).getAttribute('draggable')).toBe('true');
    await drag('dragstart', A);
    expect((await drag('dragover', C, 1)).defaultPrevented).toBe(true);
    expect(bench.get('.row[data-drop]').dataset['drop']).toBe('after');
    expect(document.querySelector('.drop-zone:not([hidden])')).toBeNull();
    await drag('drop', C, 1);
    await drag('dragend', A);
    expect(document.querySelector('.row[data-drop]')).toBeNull();
    expect(names()).toEqual(['b', 'c', 'a']);
    await drag('dragstart', C);
    await drag('dragover', B, -1);
    await drag('drop', B, -1);
    expect(asked('moveInQueue')).toEqual([
      { torrentId: A, move: { after: C } },
      { torrentId: C, move: { before: B } },
    ]);
    expect(names()).toEqual(['c', 'b', 'a']);
    await drag('drop', B, -1);
    expect(asked('moveInQueue')).toHaveLength(2);
    for (const id of [C, A]) bench.store.selection.toggle(id);
    await drag('dragstart', A);
    await drag('dragover', C, 1);
    expect(document.querySelector('.row[data-drop]')).toBeNull();
    await drag('drop', B, 1);
    expect(names()).toEqual(['b', 'c', 'a']);
  });

  it('is changed by dragging upside down where the list shows the last first', async () => {
    await showThree();
    bench.store.prefs.sorting.value = { column: 'queue', isDescending: true };
    await bench.settle();
    expect(names()).toEqual(['c', 'b', 'a']);
    await drag('dragstart', C);
    await drag('drop', A, 1);
    expect(asked('moveInQueue')).toEqual([{ torrentId: C, move: { before: A } }]);
    expect(names()).toEqual(['b', 'a', 'c']);
    for (const id of [A, B]) bench.store.selection.toggle(id);
    await drag('dragstart', A);
    await drag('drop', C, 1);
    expect(names()).toEqual(['c', 'b', 'a']);
  });

  it('is changed by buttons, which tell the place', async () => {
    await showThree();
    bench.store.open(B);
    await bench.settle();
    await bench.click('Options');
    expect(bench.get('.options').textContent).toContain('Place 2 of 3');
    await bench.click('Move to the top: b');
    expect(bench.get('.options').textContent).toContain('Place 1 of 3');
  });

  it('is passed over by who starts now, until that is taken back', async () => {
    bench.engine.put({ id: A, name: 'a', state: { kind: 'queued' } });
    await bench.show(Manager);
    expect(bench.text).toContain('Waiting for its turn');
    await bench.press(bench.row(A), 'f');
    await bench.press(bench.row(A), 'f');
    expect(asked('start')).toEqual([
      { torrentId: A, isForced: true },
      { torrentId: A, isForced: false },
    ]);
  });

  it('is passed over by nobody who runs already', async () => {
    await bench.show(Manager);
    for (const kind of ['downloading', 'seeding', 'metadata'] as const) {
      bench.engine.put({ id: A, name: 'a', state: { kind } });
      await bench.settle();
      await bench.press(bench.row(A), 'f');
    }
    bench.engine.put({ id: A, name: 'a', state: { kind: 'stopped' }, isForced: true });
    await bench.settle();
    await bench.press(bench.row(A), 'f');
    expect(asked('start')).toEqual([{ torrentId: A, isForced: true }]);
  });

  it('says of what is complete that it waits to share, or has shared enough', async () => {
    const done = { wantedBytes: 5, wantedDoneBytes: 5, totalBytes: 5 };
    bench.engine.put({ id: A, ...done, state: { kind: 'queued' } });
    bench.engine.put({ id: B, ...done, state: { kind: 'stopped' }, hasSharedEnough: true });
    await bench.show(Manager);
    expect(bench.text).toContain('Complete, waiting for its turn to share');
    expect(bench.text).toContain('Complete, shared enough');
  });
});

describe('the options of one torrent', () => {
  beforeEach(async () => {
    bench.engine.put({ id: A, name: 'a', label: 'Films' });
    bench.engine.put({ id: B, name: 'b', label: 'Books' });
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    await bench.click('Options');
  });

  it('has a label, shown in the list, with those in use to choose from', async () => {
    expect(field(`label-${A}`).value).toBe('Films');
    expect([...document.querySelectorAll('datalist option')].map((option) => option.getAttribute('value'))).toEqual([
      'Books',
      'Films',
    ]);
    await enter(`label-${A}`, 'Old films');
    expect(asked('setLabel')).toEqual([{ torrentId: A, label: 'Old films' }]);
    expect([...document.querySelectorAll('.row-label')].map(({ textContent }) => textContent)).toContain('Old films');
  });

  it('has limits, of which an empty one leaves it to the settings', async () => {
    await enter(`downloadLimitBytesPerSecond-${A}`, '300');
    expect(field(`downloadLimitBytesPerSecond-${A}`).value).toBe('300');
    await enter(`ratioLimitPercent-${A}`, '0');
    await enter(`downloadLimitBytesPerSecond-${A}`, '');
    await enter(`uploadLimitBytesPerSecond-${A}`, '1.5');
    expect(field(`uploadLimitBytesPerSecond-${A}`).getAttribute('aria-invalid')).toBe('true');
    expect(asked('setLimits')).toEqual([
      { torrentId: A, limits: { downloadLimitBytesPerSecond: 300_000 } },
      { torrentId: A, limits: { ratioLimitPercent: 0 } },
      { torrentId: A, limits: { downloadLimitBytesPerSecond: null } },
    ]);
  });
});

describe('labels', () => {
  const filter = (): HTMLSelectElement => bench.get('.filter-select select') as HTMLSelectElement;

  async function show(label: string): Promise<void> {
    filter().value = label;
    filter().dispatchEvent(new Event('change', { bubbles: true }));
    await bench.settle();
  }

  it('choose what the list shows, and how much it does not is said', async () => {
    await showThree();
    const optionsOf = (group: string): readonly string[] =>
      [...document.querySelectorAll<HTMLOptionElement>(`optgroup[label="${group}"] option`)].map(({ text }) => text);
    expect(optionsOf('Labels')).toEqual([]);
    bench.engine.put({ id: A, label: 'Films' });
    bench.engine.put({ id: B, label: 'Audio' });
    await bench.settle();
    expect(optionsOf('Labels')).toEqual(['Audio (1)', 'Films (1)', 'Without a label (1)']);
    await show('label:Films');
    expect(names()).toEqual(['a']);
    expect(bench.get('.list-toolbar .hint').textContent).toContain('2 not shown');
    expect(bench.row(A).tabIndex).toBe(0);
    await show('label:');
    expect(names()).toEqual(['c']);
    bench.engine.put({ id: B, label: undefined });
    await bench.settle();
    expect(names()).toEqual(['c', 'b']);
  });

  it('that nobody has any more hide nothing', async () => {
    await showThree();
    bench.engine.put({ id: A, label: 'Films' });
    bench.engine.put({ id: B, label: 'Audio' });
    await bench.settle();
    await show('label:Films');
    bench.engine.put({ id: A, label: 'Audio' });
    await bench.settle();
    expect(names()).toEqual(['c', 'b', 'a']);
    expect(filter().value).toBe('state:all');
  });
});
