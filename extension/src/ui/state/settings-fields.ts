import type { Settings } from '../../rpc/types.js';
import type { OptionalPermission } from './shell.js';

type NamesOf<Value> = { [Name in keyof Settings]: Settings[Name] extends Value ? Name : never }[keyof Settings];

interface Field<Kind, Name> {
  readonly kind: Kind;
  readonly name: Name;
  readonly label: string;
  readonly hint: string;
}

/** A whole number from `min` to `max`, or one of `others`. */
export interface NumberField extends Field<'number', NamesOf<number>> {
  readonly min: number;
  readonly max: number;
  readonly others?: readonly number[];
}

export interface SwitchField extends Field<'switch', NamesOf<boolean>> {
  /** Given while it is on, and only then. */
  readonly permission?: OptionalPermission;
}

export interface SettingsGroup {
  readonly title: string;
  /** Shown only when asked for. */
  readonly isAdvanced: boolean;
  readonly fields: readonly (NumberField | SwitchField)[];
}

/** The helper holds 512 sockets, listeners included. */
const MAX_CONNECTIONS = 500;

/** Every setting that people can change. This table makes the whole settings view. */
export const SETTINGS_GROUPS: readonly SettingsGroup[] = [
  {
    title: 'Connections',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'listenPort',
        label: 'Port for incoming connections',
        hint: '1024 to 65535; 0 lets JSTorrent choose.',
        min: 1024,
        max: 65_535,
        others: [0],
      },
      {
        kind: 'number',
        name: 'maxConnections',
        label: 'Connections, all downloads together',
        hint: `1 to ${MAX_CONNECTIONS}.`,
        min: 1,
        max: MAX_CONNECTIONS,
      },
      {
        kind: 'number',
        name: 'maxConnectionsPerTorrent',
        label: 'Connections of one download',
        hint: `1 to ${MAX_CONNECTIONS}.`,
        min: 1,
        max: MAX_CONNECTIONS,
      },
      {
        kind: 'number',
        name: 'uploadSlots',
        label: 'Peers to send to at a time',
        hint: '1 to 100.',
        min: 1,
        max: 100,
      },
    ],
  },
  {
    title: 'Finding peers',
    isAdvanced: false,
    fields: [
      {
        kind: 'switch',
        name: 'enableDht',
        label: 'DHT',
        hint: 'Finds peers without a tracker. Never used for private torrents.',
      },
      {
        kind: 'switch',
        name: 'enablePex',
        label: 'Peer exchange',
        hint: 'Peers tell each other of further ones. Never used for private torrents.',
      },
      {
        kind: 'switch',
        name: 'enableLsd',
        label: 'Local network',
        hint: 'Finds peers near you. Never used for private torrents.',
      },
      {
        kind: 'switch',
        name: 'announceToAllTrackers',
        label: 'Ask every tracker',
        hint: 'Instead of the first that answers.',
      },
    ],
  },
  {
    title: 'This computer',
    isAdvanced: false,
    fields: [
      {
        kind: 'switch',
        name: 'keepRunning',
        label: 'Keep downloading when Chrome is closed',
        hint: 'Chrome then goes on in the background after its last window is closed.',
        permission: 'background',
      },
      {
        kind: 'switch',
        name: 'keepAwake',
        label: 'Keep the computer awake',
        hint: 'While something downloads. The screen may go dark.',
        permission: 'power',
      },
    ],
  },
  {
    title: 'Advanced',
    isAdvanced: true,
    fields: [
      {
        kind: 'switch',
        name: 'useFastLane',
        label: 'Fast lane to the helper',
        hint: 'A second, faster way for data inside this computer.',
      },
      {
        kind: 'switch',
        name: 'allowLocalPeers',
        label: 'Peers with private addresses, from any source',
        hint: 'For tests on your own network. Holds for downloads that are added from now on.',
      },
    ],
  },
];

/** The number that somebody typed; undefined when the field does not take it. */
export function parseNumber({ min, max, others = [] }: NumberField, text: string): number | undefined {
  const digits = text.trim();
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const value = Number(digits);
  return (value >= min && value <= max) || others.includes(value) ? value : undefined;
}
