import type { ILogger } from '../interfaces/logger.js';
import { type SessionManager, SETTINGS_KEY } from './session-manager.js';
import { type ClientSettings, DEFAULT_SETTINGS } from './settings.js';

interface SettingsKeeperOptions {
  readonly session: SessionManager;
  readonly logger: ILogger;
  /** Stronger than what is stored. */
  readonly overrides: Partial<ClientSettings> | undefined;
}

/** The settings of a client: what holds, and what of it is stored. */
export class SettingsKeeper {
  readonly #options: SettingsKeeperOptions;
  #current: ClientSettings = DEFAULT_SETTINGS;
  /** Of the settings, those that were changed; the rest follows the defaults of later versions. */
  #stored: Partial<ClientSettings> = {};

  constructor(options: SettingsKeeperOptions) {
    this.#options = options;
  }

  get current(): ClientSettings {
    return this.#current;
  }

  get stored(): Partial<ClientSettings> {
    return this.#stored;
  }

  /** What the last session stored. Rejects when the store cannot be read. */
  async load(): Promise<void> {
    this.#stored = await this.#options.session.loadSettings();
    this.#current = { ...DEFAULT_SETTINGS, ...this.#stored, ...this.#options.overrides };
  }

  /** They hold at once. */
  change(changes: Partial<ClientSettings>): void {
    this.#current = { ...this.#current, ...changes };
    this.#stored = { ...this.#stored, ...changes };
  }

  /** Resolves when they are durable, rejects with the store's error. */
  save(): Promise<void> {
    return this.#options.session.saveSettings(this.#stored);
  }

  /** Keeps a port that was chosen where the setting leaves it open. */
  portChosen(listenPort: number): void {
    if (this.#current.listenPort !== 0) return;
    const { session, logger } = this.#options;
    this.#current = { ...this.#current, listenPort };
    // Settings that could not be read stay in the store until the user changes one.
    if (session.damage.all.some(({ key }) => key === SETTINGS_KEY)) return;
    this.#stored = { ...this.#stored, listenPort };
    this.save().catch((error: unknown) => {
      logger.warn('client', `settings could not be stored: ${String(error)}`);
    });
  }
}
