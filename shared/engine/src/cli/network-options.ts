import type { ClientSettings } from '../core/settings.js';

/** Options that say whom a transfer may talk to, for `parseOne`. */
export const NETWORK_OPTIONS = {
  'allow-local': { type: 'boolean', default: false },
  'no-dht': { type: 'boolean', default: false },
  'dht-bootstrap': { type: 'string', multiple: true },
  'no-pex': { type: 'boolean', default: false },
  'no-lsd': { type: 'boolean', default: false },
} as const;

export const NETWORK_USAGE = '[--allow-local] [--no-dht] [--dht-bootstrap HOST:PORT]... [--no-pex] [--no-lsd]';

type NetworkValues = {
  readonly [Name in Exclude<keyof typeof NETWORK_OPTIONS, 'dht-bootstrap'>]: boolean;
} & { readonly 'dht-bootstrap'?: readonly string[] | undefined };

type NetworkSettings = Pick<ClientSettings, 'allowLocalPeers' | 'enableDht' | 'enablePex' | 'enableLsd'> &
  Partial<Pick<ClientSettings, 'dhtBootstrap'>>;

/** The settings that {@link NETWORK_OPTIONS} stand for. */
export function networkSettings(values: NetworkValues): NetworkSettings {
  const dhtBootstrap = values['dht-bootstrap'];
  return {
    allowLocalPeers: values['allow-local'],
    enableDht: !values['no-dht'],
    enablePex: !values['no-pex'],
    enableLsd: !values['no-lsd'],
    ...(dhtBootstrap && { dhtBootstrap }),
  };
}
