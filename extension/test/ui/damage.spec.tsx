// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import type { DamageReport } from '../../src/rpc/types.js';
import { Manager } from '../../src/ui/components/manager.js';
import '../base64.js';
import { ViewBench } from './view-bench.js';

const NOTHING: DamageReport = { lostTorrents: 0, areSettingsLost: false, newerTorrents: 0, repaired: 0 };

let bench: ViewBench;
beforeEach(() => {
  bench = new ViewBench();
});

async function show(damage: Partial<DamageReport>): Promise<string> {
  bench.engine.damage = { ...NOTHING, ...damage };
  bench.engine.setStatus({});
  await bench.show(Manager);
  return bench.get('.card').textContent;
}

describe('a damaged session', () => {
  it('says which downloads are missing for it, lets the records be saved, and goes when it is closed', async () => {
    const text = await show({ lostTorrents: 2, repaired: 1 });
    expect(text).toContain('2 downloads cannot be read');
    expect(text).toContain('add them again');
    await bench.click('Save the damaged records');
    expect(bench.shell.calls.at(-1)).toMatch(/^downloadFile JSTorrent damaged records .*\.jstorrent, 7 bytes$/);
    await bench.click('Close');
    expect(document.querySelector('.card')).toBeNull();
    expect(bench.engine.requests.map(({ method }) => method)).toEqual(['exportDamaged', 'dismissDamage']);
  });

  it.each([
    [{ lostTorrents: 1 }, 'One download cannot be read', true],
    [{ newerTorrents: 1 }, 'update JSTorrent, and it is back', false],
    [{ areSettingsLost: true }, 'the usual ones hold now', true],
    [{ repaired: 3 }, 'nothing is lost', false],
  ])('%j: says what can be done, and offers nothing else', async (damage, sentence, canSave) => {
    expect(await show(damage)).toContain(sentence);
    const buttons = [...document.querySelectorAll('.card button')].map(({ textContent }) => textContent);
    expect(buttons).toEqual([...(canSave ? ['Save the damaged records'] : []), 'Close']);
  });
});
