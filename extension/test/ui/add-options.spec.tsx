// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { ViewBench } from './view-bench.js';

it('new downloads wait, are first, go from start to end and have a label, when the user wants', async () => {
  const bench = new ViewBench();
  await bench.show(Manager);
  await bench.click('More for new downloads');
  for (const box of document.querySelectorAll<HTMLInputElement>('.popover input[type=checkbox]')) {
    box.click();
    await bench.settle();
  }
  const label = bench.get('.popover .field') as HTMLInputElement;
  label.value = 'Films';
  label.dispatchEvent(new Event('change', { bubbles: true }));
  await bench.settle();
  expect(bench.store.addChoices()).toEqual({
    chooseFilesFirst: false,
    start: false,
    isSequential: true,
    isFirst: true,
    label: 'Films',
  });
  await bench.press(document.body, 'Escape');
  expect(document.querySelector('.popover')).toBeNull();
  expect(bench.button('More for new downloads').getAttribute('aria-pressed')).toBe('true');
});
