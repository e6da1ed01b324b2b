// @vitest-environment happy-dom
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { Setup } from '../../src/ui/components/setup.js';
import { SETUP_STEPS, SetupProgress } from '../../src/ui/state/setup-progress.js';
import { sampleStatus, torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench({
    pickFolder: () => {
      bench.engine.setStatus({ folders: [{ id: 'folder-1', name: 'Films', access: 'granted' }] });
      return Promise.resolve('folder-1');
    },
  });
  bench.engine.setStatus({ bridge: { kind: 'missing' } });
});

const title = (step: Element | null): string | null | undefined => step?.querySelector('h2')?.textContent;
const current = (): string => title(document.querySelector('[aria-current=step]'))?.trim() ?? '';
const done = (): number => document.querySelectorAll('.step[data-done=true]').length;

describe('the first run', () => {
  it('shows what each step gives, and one step at a time', async () => {
    await bench.show(Setup);
    expect(document.querySelectorAll('.step p').length).toBeGreaterThanOrEqual(4);
    expect(current()).toBe('Install the helper');
    expect(bench.get('code').textContent).toBe('npx --no-install jstorrent-bridge install');
    expect(bench.get('[aria-live].visually-hidden').textContent).toBe('Step 1 of 3: Install the helper');
    expect(bench.text).not.toContain('Pick a folder…');
  });

  it('goes on by itself as things become ready, and ends in a first download', async () => {
    await bench.show(Setup);
    bench.engine.setStatus({ bridge: { kind: 'ready', helperVersion: '0.1.0', lane: 'native' } });
    await bench.settle();
    expect(current()).toBe('Open magnet links with JSTorrent');
    expect(document.querySelector('code')).toBeNull();
    await bench.click('Open magnet links');
    expect(bench.shell.calls).toEqual(['registerMagnetHandler']);
    // Chrome does not say what was chosen.
    expect([done(), current()]).toEqual([1, 'Open magnet links with JSTorrent']);
    expect(bench.button('Ask again')).toBeDefined();
    await bench.click('Go on');
    expect([done(), current()]).toEqual([2, 'Choose a folder']);
    await bench.click('Pick a folder…');
    expect(bench.engine.settings.defaultRoot).toBe('folder-1');
    expect([done(), current()]).toEqual([3, 'Your first download']);
    expect(bench.get('[aria-live].visually-hidden').textContent).toBe('Your first download');
  });

  it('lets every step wait, and be done later', async () => {
    await bench.show(Setup);
    await bench.click('Skip');
    expect(current()).toBe('Open magnet links with JSTorrent');
    await bench.click('Skip');
    await bench.click('Skip');
    expect([done(), current()]).toEqual([0, 'Your first download']);
    expect(document.querySelectorAll('.step-skipped')).toHaveLength(3);
    await bench.click('Do it now: Choose a folder');
    expect(current()).toBe('Choose a folder');
    await bench.click('Pick a folder…');
    expect([done(), current()]).toEqual([1, 'Your first download']);
  });

  it('remembers what was answered', async () => {
    await bench.show(Setup);
    await bench.click('Skip');
    const progress = new SetupProgress();
    const status = sampleStatus({ bridge: { kind: 'missing' } });
    expect(SETUP_STEPS.map((step) => progress.stateOf(step, status))).toEqual(['skipped', 'open', 'open']);
    expect(progress.current(status)).toBe('links');
  });

  it('takes whatever is stored for answers only where it makes sense', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (stored) => {
        localStorage.setItem('setup', stored);
        const progress = new SetupProgress();
        const states = SETUP_STEPS.map((step) => progress.stateOf(step, undefined));
        expect(states.filter((state) => !['open', 'done', 'skipped'].includes(state))).toEqual([]);
      }),
    );
  });

  it('copies the command', async () => {
    await bench.show(Setup);
    await bench.click('Copy the command');
    expect(bench.shell.calls).toEqual(['copy npx --no-install jstorrent-bridge install']);
  });
});

describe('the demo', () => {
  it('is one click away at the end of the first run, which then shows how it comes in', async () => {
    await bench.show(Setup);
    await bench.click('Try the demo');
    expect(bench.engine.requests).toEqual([{ method: 'addDemo', params: { label: 'Demo' } }]);
    bench.engine.put({ id: torrentId('e'), name: 'JSTorrent demo', label: 'Demo', state: { kind: 'downloading' } });
    await bench.settle();
    expect(bench.get('.brief-name').textContent).toBe('JSTorrent demo');
    expect(bench.get('.brief-state').textContent).toContain('Downloading');
    await bench.click('Open JSTorrent');
    expect(bench.shell.calls).toEqual(['openManager']);
  });

  it('is offered where the list is empty', async () => {
    await bench.show(Manager);
    await bench.click('Try the demo');
    expect(bench.engine.requests).toEqual([{ method: 'addDemo', params: { label: 'Demo' } }]);
  });
});
