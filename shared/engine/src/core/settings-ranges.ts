import { type ClientSettings, DEFAULT_SETTINGS, SEEDING_ORDERS } from './settings.js';

type NumberName = {
  [Name in keyof ClientSettings]: ClientSettings[Name] extends number ? Name : never;
}[keyof ClientSettings];

const MIB = 1024 * 1024;
const MOST = Number.MAX_SAFE_INTEGER;
const MAX_TORRENTS = 100_000;
const MAX_BOOTSTRAP_NODES = 100;

/** What each number may be, from and to, where it comes from outside. */
const RANGES: { readonly [Name in NumberName]: readonly [least: number, most: number] } = {
  listenPort: [0, 65_535],
  maxConnections: [1, 10_000],
  maxConnectionsPerTorrent: [1, 10_000],
  maxConnectionAttemptsPerSecond: [1, 1000],
  uploadSlots: [1, 1000],
  maxActiveDownloads: [0, MAX_TORRENTS],
  maxActiveSeeds: [0, MAX_TORRENTS],
  maxActiveTorrents: [0, MAX_TORRENTS],
  slowTorrentBytesPerSecond: [0, MOST],
  slowTorrentSeconds: [1, 86_400],
  ratioLimitPercent: [0, MOST],
  seedingTimeLimitMinutes: [0, MOST],
  downloadLimitBytesPerSecond: [0, MOST],
  uploadLimitBytesPerSecond: [0, MOST],
  turtleDownloadLimitBytesPerSecond: [0, MOST],
  turtleUploadLimitBytesPerSecond: [0, MOST],
  turtleScheduleDays: [0, 0b111_1111],
  turtleScheduleFromMinute: [0, 1439],
  turtleScheduleToMinute: [0, 1439],
  turtleExceptionUntil: [0, MOST],
  pieceMemoryBytes: [MIB, 4096 * MIB],
  maxMetadataBytes: [MIB, 1024 * MIB],
};

/** Of settings that come from outside, those that this client can work with. */
export function usableSettings(settings: Partial<ClientSettings>): Partial<ClientSettings> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => {
      if (!(name in DEFAULT_SETTINGS)) return false;
      if (typeof value === 'string') return SEEDING_ORDERS.includes(value);
      if (typeof value === 'object') return value.length <= MAX_BOOTSTRAP_NODES;
      if (typeof value !== 'number') return true;
      const [least, most] = RANGES[name as NumberName];
      return value >= least && value <= most;
    }),
  );
}
