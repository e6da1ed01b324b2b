import { chmod, writeFile } from 'node:fs/promises';

/**
 * Writes a program to `file` that runs `browser` with its profile on a disk of `mebibytes` that nobody else sees and that is gone with
 * it (Linux). What is in the profile before is there too.
 */
export async function writeSmallDiskBrowser(
  file: string,
  { browser, profile, mebibytes }: { readonly browser: string; readonly profile: string; readonly mebibytes: number },
): Promise<void> {
  const start = `
    cp -a "$0" "$0.before" && mount -t tmpfs -o size=${mebibytes}m tmpfs "$0" && cp -a "$0.before/." "$0" && exec "${browser}" "$@"`;
  await writeFile(file, `#!/bin/sh\nexec unshare --user --map-root-user --mount sh -c '${start}' "${profile}" "$@"\n`);
  await chmod(file, 0o755);
}
