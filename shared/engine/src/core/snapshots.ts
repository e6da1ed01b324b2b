import type { Endpoint } from '../interfaces/socket.js';
import type { TrackerError } from '../interfaces/tracker.js';
import type { DamageReport } from './damaged-records.js';
import type { QueueMove } from './queue-order.js';
import type { TorrentLimits } from './torrent-limits.js';

export type { DamageReport, QueueMove, TorrentLimits };

/**
 * What hosts and views may know of the engine: plain values that survive `structuredClone` and JSON (byte rates in bytes a second, times in
 * milliseconds since 1970, hashes in lower-case hex). Nobody outside `core` holds anything live.
 */

/** Why a torrent is in `failed`, or needs its user. `message` is for the log; views choose their own sentence by `code`. */
export interface TorrentProblem {
  readonly code:
    | 'disk-full'
    | 'disk-permission'
    | 'disk-error'
    | 'files-changed'
    | 'file-locked'
    | 'folder-access-lost'
    | 'metadata-invalid'
    | 'root-missing'
    | 'internal';
  readonly message: string;
  /** Of `disk-full`, where it was seen coming: bytes still to be written, and bytes there is room for. */
  readonly room?: { readonly neededBytes: number; readonly freeBytes: number };
  /** Of `files-changed` and `file-locked`, as far as known: paths of the files, in their folder or under the root. At most 100. */
  readonly files?: readonly string[];
}

/** What becomes of files in the user's folder that somebody changed: downloaded again as far as they are wrong, or left to the user. */
export type ChangedFilesWish = 'download-again' | 'keep';

/** The life of a torrent. */
export type TorrentState =
  /** Waits for a free place among the active ones. */
  | { readonly kind: 'queued' }
  /** Hashes what is on disk. `progress` 0 to 1. */
  | { readonly kind: 'checking'; readonly progress: number }
  /** A magnet whose info dictionary is not here yet. */
  | { readonly kind: 'metadata' }
  /** The files are known and the user wants to choose before anything is downloaded. */
  | { readonly kind: 'awaiting-choice' }
  | { readonly kind: 'downloading' }
  /** Complete; finished files are being copied to the user's folder. */
  | { readonly kind: 'publishing'; readonly progress: number }
  | { readonly kind: 'seeding' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly problem: TorrentProblem };

export interface TorrentSnapshot {
  /** The v1 info-hash, 40 hex digits: the torrent's key everywhere. */
  readonly id: string;
  /** What the user calls it, or else its own name. */
  readonly name: string;
  /** What it has under its root: the name of its folder, or of its only file; undefined while the metadata is unknown. */
  readonly entryName: string | undefined;
  readonly state: TorrentState;
  /** Undefined while the metadata is unknown. Counts all files, wanted or not. */
  readonly totalBytes: number | undefined;
  /** Of the files that are wanted. */
  readonly wantedBytes: number;
  /** Verified bytes of the files that are wanted. */
  readonly wantedDoneBytes: number;
  readonly downloadRate: number;
  readonly uploadRate: number;
  /** Payload bytes over the torrent's life. */
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  /** Received and thrown away: duplicates, unrequested, failed the hash. */
  readonly wastedBytes: number;
  /** Time of downloading and seeding, over the torrent's life. */
  readonly activeSeconds: number;
  /** Of that, time of seeding. */
  readonly seedingSeconds: number;
  /** How often a download of it came to its end. */
  readonly timesCompleted: number;
  readonly connectedPeers: number;
  /** Connected peers that have everything. */
  readonly connectedSeeds: number;
  /** Peers that let us download from them at the moment. */
  readonly unchokedByPeers: number;
  /** Known addresses, connected ones included. */
  readonly knownPeers: number;
  /** Seconds to the end at the present rate; undefined when it cannot be said. */
  readonly etaSeconds: number | undefined;
  readonly isPrivate: boolean;
  readonly addedAt: number;
  readonly completedAt: number | undefined;
  /** Its place in the queue, from 0. */
  readonly queuePosition: number;
  /** Runs whatever the limits of the queue. */
  readonly isForced: boolean;
  readonly label: string | undefined;
  /** Seeds one piece at a time to each, while nobody else seeds (BEP 16). */
  readonly isSuperSeeding: boolean;
  readonly limits: TorrentLimits;
  /** Uploaded to downloaded, or to the size of files that came another way; undefined while there is nothing to compare with. */
  readonly shareRatio: number | undefined;
  /** It is complete, and has reached its share limit or the client's. */
  readonly hasSharedEnough: boolean;
  /** Name of the download root. */
  readonly root: string;
  /** 0 to 1 while its files are being put elsewhere; else undefined. */
  readonly moveProgress: number | undefined;
  /** All that is wanted lies under the root, as far as it is complete; false while some of it is still to be copied there. */
  readonly isInPlace: boolean;
  /** What the torrent needs of its user while it goes on as far as it can without: its finished files wait to be copied to their folder. */
  readonly attention: TorrentProblem | undefined;
  readonly magnet: string;
}

/** How much a file is wanted: 0 not at all, 1 after the others, 4 normally, 7 before the others. */
export type FilePriority = 0 | 1 | 4 | 7;

/** Gives some files of a torrent a priority. */
export interface FilePriorityChange {
  readonly priority: FilePriority;
  readonly fileIndices: readonly number[];
}

/** What comes first of a torrent; without either, the rarest piece. */
export interface DownloadOrder {
  /** From the first piece to the last, files of a higher priority before. */
  readonly isSequential: boolean;
  /** Before all that, both ends of every wanted file. */
  readonly firstAndLastFirst: boolean;
}

export interface FileSnapshot {
  readonly index: number;
  /** Where it lies under the root, safe names, `/` between elements. */
  readonly path: string;
  readonly length: number;
  readonly doneBytes: number;
  /** 0 to 1: how much of it was copied to the user's folder; undefined where the torrent's root is not such a folder. */
  readonly publishedShare?: number | undefined;
  /** Wanted, but there is no room for it before others are in the user's folder. */
  readonly waitsForRoom?: boolean;
  readonly priority: FilePriority;
}

/** How an address became known (defaults.md, candidate order). */
export type PeerSource = 'manual' | 'magnet' | 'tracker' | 'lsd' | 'dht' | 'pex' | 'incoming' | 'resume';

export interface PeerSnapshot {
  readonly endpoint: Endpoint;
  /** Client name from BEP 10 `v` or the peer id; foreign text. */
  readonly client: string;
  /** Everybody who named it, the best first; empty once it is listed no more. */
  readonly sources: readonly PeerSource[];
  readonly isIncoming: boolean;
  /** 0 to 1. */
  readonly progress: number;
  readonly downloadRate: number;
  readonly uploadRate: number;
  readonly amChoking: boolean;
  readonly amInterested: boolean;
  readonly peerChoking: boolean;
  readonly peerInterested: boolean;
  readonly isSnubbed: boolean;
  readonly outstandingRequests: number;
}

export interface TrackerSnapshot {
  readonly url: string;
  readonly tier: number;
  readonly status: 'idle' | 'announcing' | 'working' | 'failed';
  /** The tracker's warning, or why the last announce failed; foreign text. */
  readonly message: string | undefined;
  /** Of the last announce, for words of a view's own. */
  readonly failure: Pick<TrackerError, 'code' | 'detail'> | undefined;
  readonly seeds: number | undefined;
  readonly leechers: number | undefined;
  /** How often the torrent was completed. */
  readonly downloads: number | undefined;
  readonly peers: number | undefined;
  /** When it may be asked again by hand; in the past when it may be now. */
  readonly earliestAnnounceAt: number;
  /** When it is asked next; undefined when it is not. */
  readonly nextAnnounceAt: number | undefined;
}

/** Everything of one torrent, for a details view. */
export interface TorrentDetails {
  readonly files: readonly FileSnapshot[];
  readonly order: DownloadOrder;
  readonly peers: readonly PeerSnapshot[];
  readonly trackers: readonly TrackerSnapshot[];
  readonly pieceLength: number | undefined;
  readonly pieceCount: number | undefined;
  readonly comment: string | undefined;
  readonly createdBy: string | undefined;
}

/** Buffers of pieces that are open, hashed or written, and of what was read for uploads. */
export interface MemoryUse {
  readonly usedBytes: number;
  /** Of which `usedBytes` stays below, but for one piece that is bigger. Follows the settings at the next start. */
  readonly budgetBytes: number;
}

export interface ClientSnapshot {
  /** The port peers reach us at; undefined while not listening. */
  readonly listenPort: number | undefined;
  /** Nodes in the DHT's routing tables; undefined while the DHT does not run. */
  readonly dhtNodes: number | undefined;
  readonly downloadRate: number;
  readonly uploadRate: number;
  readonly connectedPeers: number;
  readonly memory: MemoryUse;
  /** Names of the download roots to which access is lost, until the user grants it again. */
  readonly lostRoots: readonly string[];
  /** The slow limits hold now, by hand or by the schedule. */
  readonly isTurtleOn: boolean;
  /** What of the session was found damaged and is not dismissed; undefined where nothing is. */
  readonly damage: DamageReport | undefined;
  /** Torrents whose removal can still be taken back, the last one last. */
  readonly removed: readonly RemovedTorrent[];
}

/** A torrent whose removal can still be taken back. */
export interface RemovedTorrent {
  readonly id: string;
  readonly name: string;
  /** Its files go too, once it cannot be taken back any more. */
  readonly deletesFiles: boolean;
}
