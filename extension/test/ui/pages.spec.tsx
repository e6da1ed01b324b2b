// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { MagnetIntake } from '../../src/ui/components/magnet-intake.js';
import { Popup } from '../../src/ui/components/popup.js';
import { torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const PENDING = { pendingId: 'p', name: 'Linked' };

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
});

describe('popup', () => {
  it('shows first what needs the user, then what moves', async () => {
    bench.engine.put({ id: torrentId('1'), name: 'paused', state: { kind: 'stopped' }, addedAt: 9 });
    bench.engine.put({ id: torrentId('2'), name: 'moving', addedAt: 1 });
    bench.engine.put({ id: torrentId('3'), name: 'choice', state: { kind: 'awaiting-choice' }, addedAt: 0 });
    bench.engine.put({ id: torrentId('4'), name: 'complete', state: { kind: 'seeding' }, addedAt: 3 });
    bench.engine.put({ id: torrentId('5'), name: 'paused too', state: { kind: 'stopped' }, addedAt: 8 });
    await bench.show(Popup);
    const names = [...document.querySelectorAll('.brief-name')].map((name) => name.textContent);
    expect(names).toEqual(['choice', 'moving', 'complete', 'paused']);
    expect(bench.text).toContain('and 1 more');
  });

  it('pauses and resumes all, each only where it changes something', async () => {
    bench.engine.put({ id: torrentId('1'), state: { kind: 'stopped' } });
    await bench.show(Popup);
    expect(bench.button('Pause all').disabled).toBe(true);
    await bench.click('Resume all');
    expect(bench.engine.requests).toEqual([{ method: 'resumeAll', params: null }]);
  });

  it('confirms a clicked link', async () => {
    bench.engine.setStatus({ pending: [PENDING] });
    await bench.show(Popup);
    await bench.click('Download');
    expect(bench.engine.requests).toEqual([
      { method: 'confirmPending', params: { pendingId: 'p', chooseFilesFirst: false } },
    ]);
  });

  it('shows the side panel where files are chosen', async () => {
    bench.engine.setStatus({ pending: [PENDING] });
    await bench.show(Popup);
    await bench.click('Choose files');
    expect(bench.shell.calls).toEqual(['openSidePanel']);
    expect(bench.engine.requests).toEqual([
      { method: 'confirmPending', params: { pendingId: 'p', chooseFilesFirst: true } },
    ]);
  });

  it('says where a complete download is, and saves what is still in the browser', async () => {
    const complete = { state: { kind: 'seeding' }, wantedDoneBytes: 1_000_000, uploadRate: 0 } as const;
    bench.engine.setStatus({ folders: [{ id: 'f', name: 'Movies', access: 'granted' }] });
    bench.engine.put({ id: torrentId('1'), name: 'Kept', ...complete });
    bench.engine.put({ id: torrentId('2'), name: 'Gone', root: 'f', addedAt: 0, ...complete });
    bench.engine.put({ id: torrentId('3'), name: 'Coming' });
    await bench.show(Popup);
    const states = [...document.querySelectorAll('.brief-state')].map((state) => state.textContent);
    expect(states).toEqual(['Downloading, 2 min left', 'Complete, in the browser', 'Complete, saved in Movies']);
    await bench.click('Save to Downloads: Kept');
    expect(bench.engine.requests).toEqual([{ method: 'saveToDownloads', params: { torrentId: torrentId('1') } }]);
    expect(bench.get('[role=status]').textContent).toContain('Saved to Downloads: Kept');
    expect(document.querySelectorAll('[aria-label^="Save to Downloads"]')).toHaveLength(1);
  });

  it('says why a clicked link cannot be added, until that is closed', async () => {
    const notice = { noticeId: '1', code: 'v2-unsupported', subject: '<b>New</b>' };
    bench.engine.setStatus({ notices: [{ noticeId: '0', code: 'no-info-hash', subject: 'older' }, notice] });
    await bench.show(Popup);
    expect(bench.get('.card').textContent).toContain('<b>New</b>');
    expect(bench.get('.card').textContent).toContain('the new kind (v2) only');
    await bench.click('Close');
    expect(bench.get('.card').textContent).toContain('older');
    await bench.click('Close');
    expect(document.querySelector('.card')).toBeNull();
    expect(bench.engine.requests).toEqual([
      { method: 'dismissNotice', params: { noticeId: '1' } },
      { method: 'dismissNotice', params: { noticeId: '0' } },
    ]);
  });

  it('hidden, it is sent nothing and comes back with what is true then', async () => {
    bench.engine.put({ id: torrentId('1'), name: 'before' });
    await bench.show(Popup);
    bench.store.rpc.setVisible(false);
    await bench.settle();
    bench.engine.put({ id: torrentId('1'), name: 'after' });
    await bench.settle();
    expect(bench.get('.brief-name').textContent).toBe('before');
    bench.store.rpc.setVisible(true);
    await bench.settle();
    expect(bench.get('.brief-name').textContent).toBe('after');
  });
});

describe('the page behind a magnet link', () => {
  it('asks, then leads to the list', async () => {
    bench.engine.setStatus({ pending: [PENDING] });
    await bench.show(MagnetIntake);
    expect(bench.text).toContain('Linked');
    bench.engine.setStatus({ pending: [] });
    await bench.settle();
    await bench.click('Show downloads');
    expect(bench.shell.calls).toEqual(['openManager']);
  });
});
