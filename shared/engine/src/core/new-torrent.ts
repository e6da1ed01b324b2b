import type { DownloadRoot } from '../interfaces/download-root.js';
import type { AddOptions, DescribedSource } from './add-source.js';
import { ALL_NORMAL, onlyFiles } from './file-priorities.js';
import { NOTHING_PUBLISHED } from './published-record.js';
import { NO_OWN_LIMITS } from './torrent-limits.js';
import type { MetadataRecord, TorrentRecord } from './torrent-record.js';
import { summarize } from './torrent-summary.js';

/** The record of a torrent that is added. */
export function newTorrentRecord(
  { id, name, magnet, trackers, wantedFiles }: DescribedSource,
  {
    root,
    rootKind,
    metadata,
    options,
    addedAt,
  }: {
    readonly root: string;
    readonly rootKind: DownloadRoot['kind'];
    readonly metadata: MetadataRecord | undefined;
    readonly options: AddOptions;
    readonly addedAt: number;
  },
): TorrentRecord {
  const wanted = options.wantedFiles ?? wantedFiles;
  const priorities = wanted ? onlyFiles(wanted) : ALL_NORMAL;
  return {
    id,
    name,
    ownName: undefined,
    magnet,
    root,
    desired: options.start === false ? 'stopped' : 'started',
    isForced: false,
    label: undefined,
    limits: NO_OWN_LIMITS,
    awaitingChoice: options.chooseFilesFirst ?? false,
    priorities,
    order: { isSequential: false, firstAndLastFirst: false },
    isSuperSeeding: options.isSuperSeeding ?? false,
    trackers,
    peers: [],
    banned: [],
    addedAt,
    completedAt: undefined,
    removal: undefined,
    renaming: undefined,
    published: rootKind === 'published' ? NOTHING_PUBLISHED : undefined,
    arePlacesStale: false,
    summary: metadata && summarize(metadata, undefined, priorities),
  };
}
