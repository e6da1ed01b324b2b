import { describe, expect, it } from 'vitest';
import { Popup } from '../../src/background/popup.js';

describe('the popup', () => {
  it('hostile 46: a thousand clicks in a second open it once', async () => {
    let shown = 0;
    let now = 5000;
    const popup = new Popup(
      () => now,
      () => {
        shown++;
        return Promise.resolve();
      },
    );
    for (let clicks = 0; clicks < 1000; clicks++) {
      now = 5000 + clicks;
      await popup.open();
    }
    expect(shown).toBe(1);
    now = 6000;
    await popup.open();
    expect(shown).toBe(2);
  });

  it('does not mind that there is no window for it', async () => {
    const popup = new Popup(
      () => 0,
      () => Promise.reject(new Error('no window')),
    );
    await expect(popup.open()).resolves.toBeUndefined();
  });
});
