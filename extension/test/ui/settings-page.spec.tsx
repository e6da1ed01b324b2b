// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { ViewBench } from './view-bench.js';

let bench: ViewBench;
let width: number;
const original = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'clientWidth');

beforeEach(async () => {
  width = 1280;
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => width });
  bench = new ViewBench();
  await bench.show(Manager);
});
afterEach(() => {
  if (original) Object.defineProperty(HTMLElement.prototype, 'clientWidth', original);
});

const isListShown = (): boolean => document.querySelector('.manager-main') !== null;

describe('in a wide view the settings', () => {
  it('are a page in place of the list, and give the focus back when they are closed', async () => {
    bench.button('Settings').focus();
    await bench.click('Settings');
    expect(document.querySelector('dialog')).toBeNull();
    expect(isListShown()).toBe(false);
    const page = bench.get('main[aria-labelledby=settings-title]');
    expect(document.activeElement).toBe(page);
    await bench.press(page, 'Escape');
    expect(isListShown()).toBe(true);
    expect(document.activeElement).toBe(bench.button('Settings'));
    await bench.click('Settings');
    await bench.click('Close settings');
    expect(isListShown()).toBe(true);
  });

  it('have each of their parts one click away, the advanced ones too', async () => {
    await bench.click('Settings');
    const parts = [...document.querySelectorAll<HTMLElement>('.settings-page nav button')];
    expect(parts.map(({ textContent }) => textContent)).toContain('Speed limits');
    for (const part of parts) {
      part.click();
      await bench.settle();
      const section = document.activeElement?.closest('.settings-group');
      const names = [section?.getAttribute('aria-label'), section?.querySelector('summary')?.textContent];
      expect(names).toContain(part.textContent);
    }
    expect((bench.get('details.settings-group') as HTMLDetailsElement).open).toBe(true);
  });

  it('take the list’s keys out of play, and say what goes wrong', async () => {
    await bench.click('Settings');
    await bench.press(bench.get('.settings-page'), '?');
    expect(document.querySelector('.shortcuts')).toBeNull();
    bench.engine.failures.set('updateSettings', 'internal');
    bench.get('#setting-enableLsd').click();
    await bench.settle();
    expect(bench.get('.notices').textContent).toContain('did not work');
  });
});

it('in a narrow view they are a dialog', async () => {
  width = 400;
  bench = new ViewBench();
  await bench.show(Manager);
  await bench.click('Settings');
  expect(bench.get('dialog.settings')).toBeDefined();
  expect(isListShown()).toBe(true);
});
