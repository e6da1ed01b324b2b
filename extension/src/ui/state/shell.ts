import type { SaveTarget } from './save-file.js';

/** What views need of the browser around them; tests have their own. */
export interface Shell {
  openManager(): void;
  openSidePanel(): void;
  openSetup(): void;
  /** The manager with its settings open. */
  openSettings(): void;
  /** Undefined when the user changed their mind. Needs a click. */
  chooseSaveTarget(suggestedName: string): Promise<SaveTarget | undefined>;
  copyText(text: string): Promise<void>;
  /** Asks Chrome to send magnet links to us; it asks the user. */
  registerMagnetHandler(): void;
}
