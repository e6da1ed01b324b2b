import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXTENSION } from './harness.js';

/** The part of the manifest that tests change. */
export interface Manifest {
  readonly version: string;
  readonly permissions: readonly string[];
  readonly optional_permissions: readonly string[];
}

/** Copies the built extension to `folder` with another manifest. Gives the folder. */
export async function copyExtension(folder: string, change: (manifest: Manifest) => Manifest): Promise<string> {
  const file = join(folder, 'manifest.json');
  await cp(EXTENSION, folder, { recursive: true });
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')) as Manifest)));
  return folder;
}

/** As if the user had given an optional permission, for which nobody can be asked here. */
export function givePermission(name: string): (manifest: Manifest) => Manifest {
  return (manifest) => ({
    ...manifest,
    permissions: [...manifest.permissions, name],
    optional_permissions: manifest.optional_permissions.filter((optional) => optional !== name),
  });
}
