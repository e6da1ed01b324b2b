import type { ISessionStore } from '@jstorrent/engine';

/** What the user decides about this host, beside the engine's own settings. */
export interface HostSettings {
  /** Use the loopback accelerator beside native messaging. */
  readonly useFastLane: boolean;
}

const KEY = 'host/settings';
const DEFAULTS: HostSettings = { useFastLane: true };

/** The host's settings, kept in the engine's session store. */
export class HostSettingsStore {
  private constructor(
    private readonly store: ISessionStore,
    private settings: HostSettings,
  ) {}

  /** A record that cannot be read counts as none. */
  static async load(store: ISessionStore): Promise<HostSettingsStore> {
    return new HostSettingsStore(store, parse(await store.get(KEY)));
  }

  get current(): HostSettings {
    return this.settings;
  }

  async update(settings: HostSettings): Promise<void> {
    this.settings = settings;
    await this.store.put(KEY, new TextEncoder().encode(JSON.stringify(settings)));
  }
}

function parse(record: Uint8Array | undefined): HostSettings {
  if (!record) return DEFAULTS;
  try {
    const { useFastLane } = JSON.parse(new TextDecoder().decode(record)) as Partial<HostSettings>;
    return typeof useFastLane === 'boolean' ? { useFastLane } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
