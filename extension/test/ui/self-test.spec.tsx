// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { writeDiagnosis } from '../../src/ui/state/diagnosis.js';
import { judge } from '../../src/ui/state/self-test.js';
import { torrentId } from '../rpc/samples.js';
import { ViewBench } from './view-bench.js';

let bench: ViewBench;
beforeEach(async () => {
  bench = new ViewBench();
  await bench.show(Manager);
  await bench.click('Settings');
});

const summary = (): string => bench.get('.self-test-summary').textContent;

/** What a row says, and its verdict. */
function row(name: string): { readonly verdict: string | undefined; readonly text: string } {
  const found = [...document.querySelectorAll<HTMLElement>('.check-row')].find(
    (each) => each.querySelector('.check-name')?.textContent === name,
  );
  if (!found) throw new Error(`no row ${name}`);
  const texts = [...found.querySelectorAll('.check-text')].map(({ textContent }) => textContent);
  return { verdict: found.dataset['verdict'], text: texts.join(' ') };
}

describe('the self-test', () => {
  it('measures when asked, and says that all is well', async () => {
    expect(document.querySelector('.checks')).toBeNull();
    await bench.click('Run');
    expect(bench.engine.requests).toEqual([{ method: 'runSelfTest', params: null }]);
    expect(summary()).toBe('Everything works.');
    expect(row('Helper')).toEqual({ verdict: 'ok', text: 'Version 0.1.0, answers in 1.3 ms.' });
    expect(row('Data to and from the helper').text).toBe('Fast lane: 187 MB/s.');
    expect(row('Reachable from outside').text).toBe('A peer came to port 50000, 3 min ago.');
    expect(row('DHT').text).toBe('212 nodes answer.');
    expect(row('Disk').text).toBe('Writes 640 MB/s, reads 1.2 GB/s.');
  });

  it('without a helper says what to do about that, and measures the rest', async () => {
    bench.engine.setStatus({ bridge: { kind: 'missing' } });
    await bench.click('Run');
    expect(row('Helper').verdict).toBe('failed');
    expect(row('Helper').text).toContain('Run this once in a terminal');
    for (const name of ['Data to and from the helper', 'UDP', 'Reachable from outside']) {
      expect(row(name)).toEqual({ verdict: 'failed', text: 'Needs the helper.' });
    }
    expect(row('Disk').verdict).toBe('ok');
    expect(summary()).toBe('4 things to look at.');
  });

  it('says of each weak spot what helps', async () => {
    bench.engine.setStatus({
      bridge: { kind: 'ready', helperVersion: '0.1.0', lane: 'native' },
      folders: [
        { id: 'folder-1', name: 'Films', access: 'prompt' },
        { id: 'folder-2', name: 'Disk', access: 'missing' },
        { id: 'folder-3', name: 'Books', access: 'granted' },
      ],
    });
    bench.engine.selfTest = {
      ...bench.engine.selfTest,
      roundTripMs: 240,
      isUdpWorking: false,
      peerAt: bench.engine.selfTest.finishedAt - 86_500_000,
      dhtNodes: 0,
      disk: { problem: 'no-space' },
      hashBytesPerSecond: undefined,
    };
    await bench.click('Run');
    expect(row('Helper')).toEqual({ verdict: 'warning', text: expect.stringContaining('busy') as string });
    expect(row('Data to and from the helper').verdict).toBe('warning');
    expect(row('Data to and from the helper').text).toContain('127.0.0.1');
    expect(row('UDP')).toEqual({ verdict: 'failed', text: expect.stringContaining('firewall') as string });
    expect(row('Reachable from outside').verdict).toBe('warning');
    expect(row('Reachable from outside').text).toContain('Forward this port');
    expect(row('DHT').verdict).toBe('warning');
    expect(row('Disk').text).toContain('The disk is full');
    expect(row('Checking of data').verdict).toBe('failed');
    expect(row('Folder Films').verdict).toBe('warning');
    expect(row('Folder Disk').verdict).toBe('failed');
    expect(row('Folder Books').verdict).toBe('ok');
    expect(summary()).toBe('9 things to look at.');
  });

  it('counts a query of the DHT when no peer came, and takes what was switched off for fine', () => {
    const { selfTest } = bench.engine;
    const report = { ...selfTest, peerAt: undefined, queryAt: selfTest.finishedAt - 7_200_000, isDhtEnabled: false };
    const byId = new Map(
      judge({ ...report, isFastLaneWanted: false }, { isTab: true }).map((check) => [check.id, check]),
    );
    expect(byId.get('reach')).toMatchObject({ verdict: 'ok', text: expect.stringContaining('2 h ago') as string });
    expect(byId.get('dht')).toMatchObject({ verdict: 'ok', text: 'Switched off.' });
  });

  it('that fails says so, and can be run again', async () => {
    bench.engine.failures.set('runSelfTest', 'internal');
    await bench.click('Run');
    expect(bench.text).toContain('That did not work');
    expect(bench.button('Run').disabled).toBe(false);
  });

  it('is exported with the log, and without anything that is nobody’s business', async () => {
    const id = torrentId('a');
    bench.engine.put({ id, name: 'Secret film', entryName: 'Secret film (2026)' });
    bench.engine.setStatus({ folders: [{ id: 'folder-1', name: 'Private things', access: 'granted' }] });
    await bench.click('Run');
    await bench.click('Export…');
    expect(bench.shell.calls.at(-1)).toMatch(/^downloadFile JSTorrent self-test 2026-01-20\.txt, \d+ bytes$/);
    expect(bench.text).toContain('Results saved to your downloads.');

    const report = { ...bench.engine.selfTest, folders: bench.engine.folders };
    const text = writeDiagnosis({
      report,
      checks: judge(report, { isTab: true }),
      log: [
        { time: 0, level: 'warn', text: `torrent: ${id} failed: disk-error, Secret film (2026)/a.mkv` },
        { time: 1, level: 'debug', text: 'swarm: 203.0.113.7:6881 left: timeout' },
        { time: 2, level: 'warn', text: 'tracker: https://t.example/9f8e7d6c/announce?passkey=abc said no' },
      ],
      names: ['Secret film', 'Secret film (2026)', 'Private things'],
    });
    expect(text).toContain('ok      helper');
    expect(text).toContain('"roundTripMs": 1.25');
    expect(text).toContain('1970-01-01T00:00:00.001Z debug swarm: <ip>:6881 left: timeout');
    expect(text).toContain('https://t.example/<removed> said no');
    for (const secret of [id, 'Secret', 'Private', '203.0.113.7', '9f8e7d6c', 'abc said']) {
      expect(text).not.toContain(secret);
    }
  });
});
