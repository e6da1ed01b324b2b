// @vitest-environment happy-dom
import type { ComponentType } from 'preact';
import { expect, it } from 'vitest';
import { MagnetIntake } from '../../src/ui/components/magnet-intake.js';
import { Manager } from '../../src/ui/components/manager.js';
import { Popup } from '../../src/ui/components/popup.js';
import { Setup } from '../../src/ui/components/setup.js';
import { BROWSER_ROOT } from '../../src/rpc/types.js';
import { sampleDetails, torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

const A = torrentId('a');
const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>"'><b>`;

function hostileBench(): ViewBench {
  const bench = new ViewBench();
  bench.engine.put(
    {
      id: A,
      name: HOSTILE,
      entryName: HOSTILE,
      label: HOSTILE,
      root: 'folder-1',
      magnet: `magnet:?dn=${HOSTILE}&tr=${encodeURIComponent(`http://${HOSTILE}/announce`)}`,
    },
    sampleDetails({
      files: [{ index: 0, path: `${HOSTILE}/${HOSTILE}`, length: 10, doneBytes: 10, priority: 4 }],
      peers: [
        {
          endpoint: { host: '192.0.2.1', port: 1 },
          client: HOSTILE,
          sources: ['pex'],
          isIncoming: false,
          progress: 0.5,
          downloadRate: 0,
          uploadRate: 0,
          amChoking: true,
          amInterested: false,
          peerChoking: true,
          peerInterested: false,
          isSnubbed: false,
          outstandingRequests: 0,
        },
      ],
      trackers: [
        {
          url: `http://192.0.2.1/announce?${HOSTILE}`,
          tier: 0,
          status: 'failed',
          message: HOSTILE,
          failure: { code: 'failure-reason', detail: HOSTILE },
          seeds: undefined,
          leechers: undefined,
          downloads: undefined,
          peers: undefined,
          earliestAnnounceAt: 0,
          nextAnnounceAt: undefined,
        },
      ],
      comment: HOSTILE,
      createdBy: HOSTILE,
    }),
  );
  bench.engine.setStatus({
    bridge: { kind: 'ready', helperVersion: HOSTILE, lane: 'native' },
    pending: [{ pendingId: 'p', name: HOSTILE }],
    notices: [{ noticeId: 'n', code: HOSTILE, subject: HOSTILE }],
    folders: [{ id: 'folder-1', name: HOSTILE, access: 'prompt' }],
  });
  bench.engine.log = [{ time: 0, level: 'warn', text: HOSTILE }];
  return bench;
}

function expectOnlyText(bench: ViewBench): void {
  expect(document.querySelectorAll('img, script, b')).toHaveLength(0);
  for (const element of document.querySelectorAll('*')) {
    expect(element.getAttributeNames().filter((name) => name.startsWith('on'))).toEqual([]);
  }
  expect(document.title).not.toBe('owned');
  expect(bench.text).toContain(HOSTILE);
}

it.each<[string, ComponentType]>([
  ['popup', Popup],
  ['manager', Manager],
  ['magnet page', MagnetIntake],
  ['setup', Setup],
])('hostile 45: names are shown as text in the %s', async (_name, View) => {
  const bench = hostileBench();
  await bench.show(View);
  expectOnlyText(bench);
});

it.each(['Files (1)', 'Peers (1)', 'Trackers (1)', 'Options', 'About', 'Log'])(
  'hostile 45: as text in the details, %s',
  async (tab) => {
    const bench = hostileBench();
    await bench.show(Manager);
    bench.store.open(A);
    await bench.settle();
    await bench.click(tab);
    expectOnlyText(bench);
  },
);

it('hostile 45: as text in the remove dialog and in notices', async () => {
  const bench = hostileBench();
  bench.engine.put({ id: A, root: BROWSER_ROOT });
  await bench.show(Manager);
  await bench.press(bench.row(A), 'Delete');
  bench.engine.put({ id: A, completedAt: 1 });
  await bench.settle();
  expect(bench.get('[role=status]').textContent).toContain(HOSTILE);
  expect(bench.get('.dialog-name').textContent).toBe(HOSTILE);
  expectOnlyText(bench);
});

it.each([
  ['failed', { kind: 'failed', problem: { code: 'files-changed', message: HOSTILE, files: [HOSTILE] } }],
  ['asking which files', { kind: 'awaiting-choice' }],
] as const)('hostile 45: as text in the row and the details of one that is %s', async (_name, state) => {
  const bench = hostileBench();
  bench.engine.put({ id: A, state });
  await bench.show(Manager);
  bench.store.open(A);
  await bench.settle();
  expectOnlyText(bench);
});

it('hostile 45: as text in the settings and where a removal is taken back', async () => {
  const bench = hostileBench();
  await bench.show(Manager);
  await bench.press(bench.row(A), 'Delete');
  expect(bench.get('.notices').textContent).toContain(HOSTILE);
  bench.store.areSettingsOpen.value = true;
  await bench.settle();
  expectOnlyText(bench);
});
