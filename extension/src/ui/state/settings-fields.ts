import type { Settings } from '../../rpc/types.js';
import type { OptionalPermission } from './shell.js';

type NamesOf<Value> = { [Name in keyof Settings]: Settings[Name] extends Value ? Name : never }[keyof Settings];

interface Field<Kind, Name> {
  readonly kind: Kind;
  readonly name: Name;
  readonly label: string;
  readonly hint: string;
}

/** A whole number from `min` to `max`, or one of `others`, as a person writes it. */
export interface NumberField extends Field<'number', NamesOf<number>> {
  readonly min: number;
  readonly max: number;
  readonly others?: readonly number[];
  /** The setting is so many times what is written; 1 when left out. */
  readonly unit?: number;
}

/** A time of the day; the setting counts minutes after midnight. */
export type TimeField = Field<'time', NamesOf<number>>;

/** Days of the week; the setting has one bit a day, Sunday the lowest. */
export type DaysField = Field<'days', NamesOf<number>>;

export interface SwitchField extends Field<'switch', NamesOf<boolean>> {
  /** Given while it is on, and only then. */
  readonly permission?: OptionalPermission;
}

export interface SettingsGroup {
  readonly title: string;
  /** Shown only when asked for. */
  readonly isAdvanced: boolean;
  readonly fields: readonly (NumberField | SwitchField | TimeField | DaysField)[];
}

const KB = 1000;
const MAX_KB_PER_SECOND = 1_000_000;

/** The helper holds 512 sockets, listeners included. */
const MAX_CONNECTIONS = 500;

/** Every setting that people can change. This table makes the whole settings view. */
export const SETTINGS_GROUPS: readonly SettingsGroup[] = [
  {
    title: 'Speed limits',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'downloadLimitBytesPerSecond',
        label: 'Download',
        hint: 'kB/s; 0: no limit.',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
      {
        kind: 'number',
        name: 'uploadLimitBytesPerSecond',
        label: 'Upload',
        hint: 'kB/s; 0: no limit.',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
    ],
  },
  {
    title: 'Slow mode',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'turtleDownloadLimitBytesPerSecond',
        label: 'Download in slow mode',
        hint: 'kB/s; 0: no limit.',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
      {
        kind: 'number',
        name: 'turtleUploadLimitBytesPerSecond',
        label: 'Upload in slow mode',
        hint: 'kB/s; 0: no limit.',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
      {
        kind: 'switch',
        name: 'enableTurtleSchedule',
        label: 'Slow mode by the clock',
        hint: 'The turtle button still changes it, until the clock does again.',
      },
      { kind: 'time', name: 'turtleScheduleFromMinute', label: 'From', hint: 'Local time.' },
      { kind: 'time', name: 'turtleScheduleToMinute', label: 'To', hint: 'On the next day where it is earlier.' },
      { kind: 'days', name: 'turtleScheduleDays', label: 'Days', hint: 'On which it begins.' },
    ],
  },
  {
    title: 'Queue',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'maxActiveDownloads',
        label: 'Downloads at a time',
        hint: '0: any number.',
        min: 0,
        max: 1000,
      },
      {
        kind: 'number',
        name: 'maxActiveSeeds',
        label: 'Shared at a time',
        hint: '0: any number.',
        min: 0,
        max: 1000,
      },
      {
        kind: 'number',
        name: 'maxActiveTorrents',
        label: 'Both together',
        hint: '0: any number. Very slow ones do not count.',
        min: 0,
        max: 1000,
      },
    ],
  },
  {
    title: 'Sharing',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'ratioLimitPercent',
        label: 'Share up to',
        hint: 'Percent of what was downloaded, such as 200; 0: no limit.',
        min: 0,
        max: 100_000,
      },
      {
        kind: 'number',
        name: 'seedingTimeLimitMinutes',
        label: 'Share for',
        hint: 'Minutes; 0: no limit.',
        min: 0,
        max: 10_000_000,
      },
    ],
  },
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
        hint: 'Instead of the first that answers. Private torrents keep to one.',
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

/** The setting for a number that somebody typed; undefined when the field does not take it. */
export function parseNumber(
  { min, max, others = [], unit = 1 }: Omit<NumberField, 'kind' | 'name'>,
  text: string,
): number | undefined {
  const digits = text.trim();
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const value = Number(digits);
  return (value >= min && value <= max) || others.includes(value) ? value * unit : undefined;
}

/** A setting as a person writes it. */
export function formatNumber({ unit = 1 }: Pick<NumberField, 'unit'>, value: number): string {
  return String(Math.round(value / unit));
}

/** `08:30`, as time inputs have it. */
export function formatTime(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Undefined for what is no time. */
export function parseTime(text: string): number | undefined {
  const [, hours = '', minutes = ''] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === '' ? undefined : Number(hours) * 60 + Number(minutes);
}
