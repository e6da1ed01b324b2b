import type { Location, Machine } from './browsers.js';
/** Registers the helper for the extensions in `extensionIds`, replacing what was there. Returns the manifest's path. */
export declare function register(
  location: Location,
  machine: Machine,
  extensionIds: readonly string[],
): Promise<string>;
/** Takes the registration back. Returns whether there was one. */
export declare function unregister(location: Location, machine: Machine): Promise<boolean>;
/** `absent`: never registered. A `problem` is a sentence. */
export type RegistrationState =
  | {
      readonly state: 'absent';
    }
  | {
      readonly state: 'working';
      readonly extensionIds: readonly string[];
    }
  | {
      readonly state: 'broken';
      readonly problem: string;
    };
/** Looks at a registration as the browser would. */
export declare function inspect(location: Location, machine: Machine): Promise<RegistrationState>;
