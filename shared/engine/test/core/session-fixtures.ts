import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One for each version of the records. */
export const SESSION_FIXTURES = ['session-v1', 'session-v2', 'session-v3', 'session-v4'] as const;

/** The store of a session as a release of that time wrote it, byte for byte. */
export function sessionFixture(name: string): Map<string, Uint8Array> {
  const folder = fileURLToPath(new URL(`../fixtures/${name}/`, import.meta.url));
  return new Map(
    readdirSync(folder).map((file) => [
      decodeURIComponent(file.replace(/\.record$/, '')),
      new Uint8Array(readFileSync(folder + file)),
    ]),
  );
}
