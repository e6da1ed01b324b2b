import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
const run = promisify(execFile);
/** Sets the default value of a key below HKCU, creating the key. Windows only. */
export async function addRegistryValue(key, value) {
  await run('reg.exe', ['add', key, '/ve', '/t', 'REG_SZ', '/d', value, '/f']);
}
/** Deletes a key below HKCU with all that is in it. Windows only. */
export async function deleteRegistryKey(key) {
  await run('reg.exe', ['delete', key, '/f']);
}
//# sourceMappingURL=registry.js.map
