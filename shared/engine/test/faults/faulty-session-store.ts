import type { ISessionStore } from '../../src/interfaces/session-store.js';
import type { FaultInjector } from './fault-injector.js';
import { Faulty } from './faulty.js';

/** A store whose operations go through a {@link FaultInjector}. They are atomic, as every store promises: none happens in part. */
export class FaultySessionStore extends Faulty implements ISessionStore {
  constructor(
    private readonly inner: ISessionStore,
    faults: FaultInjector,
  ) {
    super(faults, (key, code) => new Error(`${key}: injected, ${code ?? 'torn'}`));
  }

  keys(prefix: string): Promise<readonly string[]> {
    return this.run('store.keys', prefix, () => this.inner.keys(prefix));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.run('store.get', key, () => this.inner.get(key));
  }

  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  put(key: string, value: Uint8Array): Promise<void> {
    return this.run('store.put', key, () => this.inner.put(key, value));
  }

  delete(key: string): Promise<void> {
    return this.run('store.delete', key, () => this.inner.delete(key));
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
