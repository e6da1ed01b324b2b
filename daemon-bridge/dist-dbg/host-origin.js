import { EXTENSION_ID } from '@jstorrent/bridge-protocol';
const ID_OPTION = '--extension-id=';
/**
 * The origin of the extension that started the helper, `chrome-extension://ID`, or undefined when that is not one it was installed
 * for. `args` are the ids that the launcher names (`--extension-id=ID`, any number; none means the published extension) and then
 * what Chrome adds: the origin with a slash, and on Windows `--parent-window=N`.
 */
export function hostOrigin(args) {
  const named = args.filter((arg) => arg.startsWith(ID_OPTION)).map((arg) => arg.slice(ID_OPTION.length));
  const ids = named.length > 0 ? named : [EXTENSION_ID];
  const caller = args.find((arg) => !arg.startsWith('--'));
  return ids.map((id) => `chrome-extension://${id}`).find((origin) => caller === `${origin}/`);
}
//# sourceMappingURL=host-origin.js.map
