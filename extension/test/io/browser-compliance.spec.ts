import { describeClock, describeRandom, describeSessionStore, waitForReal } from '@jstorrent/engine/compliance';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, vi } from 'vitest';
import { BrowserClock } from '../../src/io/browser-clock.js';
import { BrowserRandom } from '../../src/io/browser-random.js';
import { IndexedDbSessionStore } from '../../src/io/indexed-db-session-store.js';

const realWorld = { waitFor: waitForReal, close: () => Promise.resolve() };

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});

afterEach(() => vi.unstubAllGlobals());

describeClock('Browser', () => ({ ...realWorld, clock: new BrowserClock() }));
describeRandom('Browser', () => new BrowserRandom());
describeSessionStore('IndexedDB', () => ({ ...realWorld, open: () => IndexedDbSessionStore.open('session') }));
