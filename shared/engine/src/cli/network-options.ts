import type { ClientSettings } from '../core/settings.js';

/** Options that say whom a transfer may talk to, for `parseOne`. */
export const NETWORK_OPTIONS = {
  'allow-local': { type: 'boolean', default: false },
  'no-dht': { type: 'boolean', default: false },
  'no-pex': { type: 'boolean', default: false },
  'no-lsd': { type: 'boolean', default: false },
} as const;

export const NETWORK_USAGE = '[--allow-local] [--no-dht] [--no-pex] [--no-lsd]';

/** The settings that {@link NETWORK_OPTIONS} stand for. */
export function networkSettings(
  values: Readonly<Record<keyof typeof NETWORK_OPTIONS, boolean>>,
): Pick<ClientSettings, 'allowLocalPeers' | 'enableDht' | 'enablePex' | 'enableLsd'> {
  return {
    allowLocalPeers: values['allow-local'],
    enableDht: !values['no-dht'],
    enablePex: !values['no-pex'],
    enableLsd: !values['no-lsd'],
  };
}
