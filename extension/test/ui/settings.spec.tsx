// @vitest-environment happy-dom
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Manager } from '../../src/ui/components/manager.js';
import { Popup } from '../../src/ui/components/popup.js';
import { type NumberField, parseNumber } from '../../src/ui/state/settings-fields.js';
import { ViewBench } from './view-bench.js';

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
});

async function openSettings(): Promise<void> {
  await bench.show(Manager);
  await bench.click('Settings');
}

const input = (name: string): HTMLInputElement => bench.get(`#setting-${name}`) as HTMLInputElement;

async function enter(name: string, text: string): Promise<void> {
  input(name).value = text;
  input(name).dispatchEvent(new Event('input', { bubbles: true }));
  input(name).dispatchEvent(new Event('change', { bubbles: true }));
  await bench.settle();
}

describe('the settings', () => {
  it('show what holds, each field named by a label and explained by a hint', async () => {
    await openSettings();
    expect(input('maxConnections').value).toBe('200');
    expect(input('enableDht').checked).toBe(true);
    for (const field of document.querySelectorAll('.setting > input')) {
      expect(document.querySelector(`label[for="${field.id}"]`)?.textContent).not.toBe('');
      expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).not.toBe('');
    }
  });

  it('say how much of the memory is in use', async () => {
    await openSettings();
    expect(bench.get('.setting-note').textContent).toBe('Pieces on their way use 0 B of 101 MB now.');
  });

  it('hold at once, each by itself', async () => {
    await openSettings();
    for (const name of ['listenPort', 'maxConnections', 'maxConnectionsPerTorrent', 'uploadSlots']) {
      await enter(name, name === 'listenPort' ? '6881' : '7');
    }
    for (const name of [
      'enableDht',
      'enablePex',
      'enableLsd',
      'announceToAllTrackers',
      'useFastLane',
      'allowLocalPeers',
    ]) {
      input(name).click();
      await bench.settle();
    }
    await enter('pieceMemoryBytes', '128');
    for (const [name, value] of [
      ['badge', 'percent'],
      ['seedingOrder', 'roundRobin'],
    ] as const) {
      const choice = bench.get(`#setting-${name}`) as HTMLSelectElement;
      choice.value = value;
      choice.dispatchEvent(new Event('change', { bubbles: true }));
      await bench.settle();
    }
    expect(bench.engine.requests).toEqual(
      [
        { listenPort: 6881 },
        { maxConnections: 7 },
        { maxConnectionsPerTorrent: 7 },
        { uploadSlots: 7 },
        { enableDht: false },
        { enablePex: false },
        { enableLsd: false },
        { announceToAllTrackers: true },
        { useFastLane: false },
        { allowLocalPeers: true },
        { pieceMemoryBytes: 128 * 1024 * 1024 },
        { badge: 'percent' },
        { seedingOrder: 'roundRobin' },
      ].map((params) => ({ method: 'updateSettings', params })),
    );
  });

  it('say what a number may be instead of sending another', async () => {
    await openSettings();
    for (const text of ['', 'many', '-1', '80', '65536', '1e4']) {
      await enter('listenPort', text);
      expect(input('listenPort').getAttribute('aria-invalid')).toBe('true');
      expect(bench.get('#setting-listenPort-hint').textContent).toContain('1024 to 65535');
    }
    expect(bench.engine.requests).toEqual([]);
    await enter('listenPort', '49200');
    expect(input('listenPort').getAttribute('aria-invalid')).toBe('false');
    expect(bench.engine.requests).toEqual([{ method: 'updateSettings', params: { listenPort: 49_200 } }]);
  });

  it('that could not be kept go back to what holds', async () => {
    await openSettings();
    bench.engine.failures.set('updateSettings', 'internal');
    await enter('uploadSlots', '9');
    input('enableLsd').click();
    await bench.settle();
    expect(input('uploadSlots').value).toBe('8');
    expect(input('enableLsd').checked).toBe(true);
    expect(bench.get('[role=status]').textContent).toContain('did not work');
  });

  it('close, and open again with what was changed', async () => {
    await openSettings();
    await enter('uploadSlots', '12');
    await bench.click('Close settings');
    expect(document.querySelector('dialog')).toBeNull();
    await bench.click('Settings');
    expect(input('uploadSlots').value).toBe('12');
  });

  it('are one click away in the popup, which is too small for them', async () => {
    await bench.show(Popup);
    await bench.click('Settings');
    expect(bench.shell.calls).toEqual(['openSettings']);
  });
});

describe('a number field', () => {
  const FIELD: NumberField = {
    kind: 'number',
    name: 'listenPort',
    min: 1024,
    max: 65_535,
    others: [0],
  };

  it('takes the whole numbers of its range and no others', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 70_000 }), (value) => {
        const isIn = value === 0 || (value >= 1024 && value <= 65_535);
        return parseNumber(FIELD, ` ${value} `) === (isIn ? value : undefined);
      }),
    );
  });

  it.each(['', ' ', '6881.5', '0x1f90', '9'.repeat(30), '６８８１'])('refuses %j', (text) => {
    expect(parseNumber(FIELD, text)).toBeUndefined();
  });
});

describe('the last line of the manager', () => {
  it('says how we stand in the network', async () => {
    await bench.show(Manager);
    expect(bench.get('.status-line > span').textContent).toBe('0 peers · Port 50000 · DHT: 212 nodes');
    bench.engine.dhtNodes = 0;
    bench.engine.setStatus({});
    await bench.settle();
    expect(bench.get('.status-line > span').textContent).toContain('DHT: no nodes yet');
    bench.engine.dhtNodes = undefined;
    bench.engine.setStatus({});
    await bench.settle();
    expect(bench.get('.status-line > span').textContent).toContain('DHT idle');
    bench.engine.settings = { ...bench.engine.settings, enableDht: false };
    bench.engine.setStatus({});
    await bench.settle();
    expect(bench.get('.status-line > span').textContent).toContain('DHT off');
    bench.engine.setStatus({ bridge: { kind: 'missing' } });
    await bench.settle();
    expect(bench.get('.status-line > span').textContent).toBe('Not connected: waiting for the helper');
  });
});
