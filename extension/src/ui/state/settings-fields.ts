import { type PlainKey, t } from '../../i18n/t.js';
import type { HostStatus, Settings } from '../../rpc/types.js';
import { formatBytes } from './format.js';
import type { OptionalPermission } from './shell.js';

type NamesOf<Value> = {
  [Name in SettingName]: Settings[Name] extends Value ? Name : never;
}[SettingName];

interface Field<Kind, Name> {
  readonly kind: Kind;
  readonly name: Name;
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

/** One of a few values, each with its words. */
export interface ChoiceField extends Field<'choice', NamesOf<string>> {
  readonly options: readonly { readonly value: Settings[NamesOf<string>]; readonly label: PlainKey }[];
}

export interface SettingsGroup {
  readonly title: PlainKey;
  /** Shown only when asked for. */
  readonly isAdvanced: boolean;
  /** How it stands with what these settings are for. */
  readonly note?: (client: HostStatus['client']) => string;
  readonly fields: readonly (NumberField | SwitchField | TimeField | DaysField | ChoiceField)[];
}

const KB = 1000;
const MIB = 1024 * 1024;
const MAX_KB_PER_SECOND = 1_000_000;

/** The helper holds 512 sockets, listeners included. */
const MAX_CONNECTIONS = 500;

/** Those that people can change: each has its words. */
type SettingName = {
  [Name in keyof Settings]: `set${Capitalize<Name>}Hint` extends PlainKey ? Name : never;
}[keyof Settings];

/** Every setting that people can change. This table makes the whole settings view. */
export const SETTINGS_GROUPS: readonly SettingsGroup[] = [
  {
    title: 'groupSpeed',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'downloadLimitBytesPerSecond',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
      {
        kind: 'number',
        name: 'uploadLimitBytesPerSecond',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
    ],
  },
  {
    title: 'slowMode',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'turtleDownloadLimitBytesPerSecond',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
      {
        kind: 'number',
        name: 'turtleUploadLimitBytesPerSecond',
        min: 0,
        max: MAX_KB_PER_SECOND,
        unit: KB,
      },
      {
        kind: 'switch',
        name: 'enableTurtleSchedule',
      },
      { kind: 'time', name: 'turtleScheduleFromMinute' },
      { kind: 'time', name: 'turtleScheduleToMinute' },
      { kind: 'days', name: 'turtleScheduleDays' },
    ],
  },
  {
    title: 'groupQueue',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'maxActiveDownloads',
        min: 0,
        max: 1000,
      },
      {
        kind: 'number',
        name: 'maxActiveSeeds',
        min: 0,
        max: 1000,
      },
      {
        kind: 'number',
        name: 'maxActiveTorrents',
        min: 0,
        max: 1000,
      },
    ],
  },
  {
    title: 'groupSharing',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'ratioLimitPercent',
        min: 0,
        max: 100_000,
      },
      {
        kind: 'number',
        name: 'seedingTimeLimitMinutes',
        min: 0,
        max: 10_000_000,
      },
      {
        kind: 'choice',
        name: 'seedingOrder',
        options: [
          { value: 'fastestUpload', label: 'seedFastest' },
          { value: 'roundRobin', label: 'seedRoundRobin' },
          { value: 'antiLeech', label: 'seedAntiLeech' },
        ],
      },
    ],
  },
  {
    title: 'groupConnections',
    isAdvanced: false,
    fields: [
      {
        kind: 'number',
        name: 'listenPort',
        min: 1024,
        max: 65_535,
        others: [0],
      },
      {
        kind: 'number',
        name: 'maxConnections',
        min: 1,
        max: MAX_CONNECTIONS,
      },
      {
        kind: 'number',
        name: 'maxConnectionsPerTorrent',
        min: 1,
        max: MAX_CONNECTIONS,
      },
      {
        kind: 'number',
        name: 'uploadSlots',
        min: 1,
        max: 100,
      },
    ],
  },
  {
    title: 'groupPeers',
    isAdvanced: false,
    fields: [
      {
        kind: 'switch',
        name: 'enableDht',
      },
      {
        kind: 'switch',
        name: 'enablePex',
      },
      {
        kind: 'switch',
        name: 'enableLsd',
      },
      {
        kind: 'switch',
        name: 'announceToAllTrackers',
      },
    ],
  },
  {
    title: 'groupComputer',
    isAdvanced: false,
    fields: [
      {
        kind: 'switch',
        name: 'notify',
        permission: 'notifications',
      },
      {
        kind: 'switch',
        name: 'keepRunning',
        permission: 'background',
      },
      {
        kind: 'switch',
        name: 'keepAwake',
        permission: 'power',
      },
      {
        kind: 'choice',
        name: 'badge',
        options: [
          { value: 'downloads', label: 'badgeDownloads' },
          { value: 'percent', label: 'badgePercent' },
          { value: 'none', label: 'badgeNone' },
        ],
      },
    ],
  },
  {
    title: 'groupAdvanced',
    isAdvanced: true,
    note: ({ memory }) =>
      t('memoryUse', { used: formatBytes(memory.usedBytes), budget: formatBytes(memory.budgetBytes) }),
    fields: [
      {
        kind: 'number',
        name: 'pieceMemoryBytes',
        min: 16,
        max: 4096,
        unit: MIB,
      },
      {
        kind: 'switch',
        name: 'useFastLane',
      },
      {
        kind: 'switch',
        name: 'allowLocalPeers',
      },
    ],
  },
];

/** All parts of the settings, in their order. */
export const SETTINGS_SECTIONS: readonly PlainKey[] = [
  'folders',
  ...SETTINGS_GROUPS.map(({ title }) => title),
  'shortcuts',
  'session',
  'selfTest',
];

/** The id of the part with this title. */
export const settingsSectionId = (title: PlainKey): string => `settings-${title}`;

/** What a setting is called. */
export const settingLabel = ({ name }: { readonly name: SettingName }): string => t(`set${capitalized(name)}`);

/** What a setting does, or which values it takes. */
export const settingHint = ({ name }: { readonly name: SettingName }): string => t(`set${capitalized(name)}Hint`);

const capitalized = <Name extends string>(name: Name): Capitalize<Name> =>
  (name.charAt(0).toUpperCase() + name.slice(1)) as Capitalize<Name>;

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
