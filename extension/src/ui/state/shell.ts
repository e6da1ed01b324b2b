import type { SaveTarget } from './save-file.js';

/** Those of the manifest that are asked for when they are needed. */
export type OptionalPermission = 'downloads' | 'background' | 'power' | 'notifications';

/** What views need of the browser around them; tests have their own. */
export interface Shell {
  openManager(): void;
  openSidePanel(): void;
  openSetup(): void;
  /** The manager with its settings open. */
  openSettings(): void;
  /** Undefined when the user changed their mind. Needs a click. */
  chooseSaveTarget(suggestedName: string): Promise<SaveTarget | undefined>;
  /** Whether this view is a tab: only there Chrome offers to allow a folder for good. */
  readonly isTab: boolean;
  /** Has the user pick a folder and keeps it. The id of the folder; undefined when they changed their mind. Needs a click. */
  pickFolder(): Promise<string | undefined>;
  /** Keeps a folder that came otherwise, and gives its id; undefined when the user does not let us write there. */
  keepFolder(folder: FileSystemDirectoryHandle): Promise<string | undefined>;
  /** Asks Chrome again for a kept folder. Whether it is allowed now. Needs a click. */
  requestFolder(id: string): Promise<boolean>;
  /** Whether an optional permission is given now. Needs a click. */
  requestPermission(name: OptionalPermission): Promise<boolean>;
  dropPermission(name: OptionalPermission): Promise<void>;
  /** Puts a file of ours among Chrome's downloads. Needs a click. */
  downloadFile(name: string, content: Blob): void;
  copyText(text: string): Promise<void>;
  /** Asks Chrome to send magnet links to us; it asks the user. */
  registerMagnetHandler(): void;
}
