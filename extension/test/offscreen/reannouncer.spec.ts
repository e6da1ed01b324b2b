import { STOPPED_REQUESTS_TIMEOUT_MS } from '@jstorrent/bridge-protocol';
import { VirtualClock } from '@jstorrent/engine/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Reannouncer } from '../../src/offscreen/reannouncer.js';

let clock: VirtualClock;
let announces: number;
let updates: number;
let reannouncer: Reannouncer;

beforeEach(() => {
  clock = new VirtualClock();
  announces = updates = 0;
  reannouncer = new Reannouncer({ clock, announceStarted: () => announces++, announceNow: () => updates++ });
});

describe('trackers after the loss of a helper', () => {
  it('are asked again once the lost one has said its last words', async () => {
    reannouncer.onStart({});
    reannouncer.onReady({});
    await clock.advance(STOPPED_REQUESTS_TIMEOUT_MS);
    expect(announces).toBe(0);
    await clock.advance(2000);
    expect(announces).toBe(1);
  });

  it('are asked once for losses in a row', async () => {
    reannouncer.onStart({});
    for (let losses = 0; losses < 5; losses++) {
      reannouncer.onReady({});
      await clock.advance(1000);
    }
    await clock.advance(60_000);
    expect(announces).toBe(1);
  });

  it('hostile 52: are asked again once the network is back and has settled', async () => {
    for (let times = 0; times < 20; times++) {
      reannouncer.onOnline();
      await clock.advance(500);
    }
    expect(updates).toBe(0);
    await clock.advance(2500);
    expect([updates, announces]).toEqual([1, 0]);
  });

  it('are left alone at the start, and when the helper of before changes its lane', async () => {
    const session = {};
    reannouncer.onReady(session);
    reannouncer.onStart(session);
    reannouncer.onReady(session);
    reannouncer.onReady(session);
    await clock.advance(60_000);
    expect(announces).toBe(0);
  });
});

describe('trackers that were asked in vain', () => {
  it('hostile 51: are asked again at once when the first helper comes after the start, and as after a loss when that one goes', async () => {
    reannouncer.onStart(undefined);
    await clock.advance(3_600_000);
    reannouncer.onReady({});
    await clock.advance(0);
    expect(announces).toBe(1);
    reannouncer.onReady({});
    await clock.advance(STOPPED_REQUESTS_TIMEOUT_MS);
    expect(announces).toBe(1);
    await clock.advance(2000);
    expect(announces).toBe(2);
  });

  it('hostile 51: are asked again at once also where a helper was there before the start, and gone by then', async () => {
    reannouncer.onReady({});
    reannouncer.onStart(undefined);
    reannouncer.onReady({});
    await clock.advance(0);
    expect(announces).toBe(1);
  });
});
