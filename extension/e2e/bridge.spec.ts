import { afterEach, describe, expect, it } from 'vitest';
import { ExtensionBrowser } from './harness.js';

let browser: ExtensionBrowser | undefined;

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

describe('the extension in Chromium', () => {
  it('starts its engine, finds the helper and listens through it by the fast lane', async () => {
    browser = await ExtensionBrowser.launch({ helper: 'registered' });
    const rpc = await browser.openRpc();
    const { bridge, client } = await rpc.waitFor((list) => list.client.listenPort !== undefined);
    expect(bridge).toMatchObject({ kind: 'ready', lane: 'fast' });
    expect(client.listenPort).toBeGreaterThan(49_151);
    expect(await browser.helperPids()).toHaveLength(1);
  });
});
