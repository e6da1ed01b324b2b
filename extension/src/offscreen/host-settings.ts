import type { ClientSettings, ISessionStore } from '@jstorrent/engine';
import { BADGE_CHOICES, BROWSER_ROOT, type HostSettings, type Settings } from '../rpc/types.js';

const KEY = 'host/settings';
const DEFAULTS: HostSettings = {
  useFastLane: true,
  defaultRoot: BROWSER_ROOT,
  keepAwake: false,
  keepRunning: false,
  notify: false,
  badge: 'downloads',
};

/** They hold only with a permission of Chrome, which a click gives and no file can. */
const WITH_PERMISSION: readonly string[] = ['keepAwake', 'keepRunning', 'notify'];

/** The host's settings, kept in the engine's session store. */
export class HostSettingsStore {
  private constructor(
    private readonly store: ISessionStore,
    private settings: HostSettings,
  ) {}

  /** What cannot be read of a record counts as not set. */
  static async load(store: ISessionStore): Promise<HostSettingsStore> {
    return new HostSettingsStore(store, { ...DEFAULTS, ...parse(await store.get(KEY)) });
  }

  get current(): HostSettings {
    return this.settings;
  }

  async update(changes: Partial<HostSettings>): Promise<void> {
    this.settings = { ...this.settings, ...pick(changes) };
    await this.store.put(KEY, new TextEncoder().encode(JSON.stringify(this.settings)));
  }
}

/** What `current` lacks of settings that come from elsewhere: those that were never changed here, and can be here. */
export function usableHere(
  values: unknown,
  { current, hasRoot }: { readonly current: HostSettings; readonly hasRoot: (root: string) => boolean },
): Partial<HostSettings> {
  const given = Object.entries(pick(values)).filter(([name, value]) => {
    const here = name as keyof HostSettings;
    if (WITH_PERMISSION.includes(name) || (name === 'defaultRoot' && !hasRoot(String(value)))) return false;
    return current[here] === DEFAULTS[here] && value !== DEFAULTS[here];
  });
  return Object.fromEntries(given);
}

function parse(record: Uint8Array | undefined): Partial<HostSettings> {
  if (!record) return {};
  try {
    return pick(JSON.parse(new TextDecoder().decode(record)));
  } catch {
    return {};
  }
}

/** The host's settings among `values`, as far as they are of the right kind. */
function pick(values: unknown): Partial<HostSettings> {
  const given = Object(values) as Readonly<Record<string, unknown>>;
  const names = Object.keys(DEFAULTS) as (keyof HostSettings)[];
  return Object.fromEntries(names.filter((name) => isUsable(name, given[name])).map((name) => [name, given[name]]));
}

function isUsable(name: keyof HostSettings, value: unknown): boolean {
  if (name === 'badge') return (BADGE_CHOICES as readonly unknown[]).includes(value);
  return typeof value === typeof DEFAULTS[name];
}

/** Parts what a view changes into the host's settings and the engine's. */
export function splitSettings(changes: Partial<Settings>): {
  readonly host: Partial<HostSettings>;
  readonly engine: Partial<ClientSettings>;
} {
  const engine = Object.entries(changes).filter(([name]) => !(name in DEFAULTS));
  return { host: pick(changes), engine: Object.fromEntries(engine) };
}
