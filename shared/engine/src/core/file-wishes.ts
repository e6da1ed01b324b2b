import { changePriorities } from './file-priorities.js';
import type { DownloadOrder, FilePriorityChange } from './snapshots.js';
import type { TorrentRecord } from './torrent-record.js';

/** What a user changes of what is wanted of a torrent; the rest stays as it is. */
export interface FileWishes {
  readonly priorities?: readonly FilePriorityChange[];
  readonly order?: DownloadOrder;
}

/** The record after `wishes`; files beyond `fileCount` are ignored. */
export function followWishes(
  { priorities, order, awaitingChoice }: TorrentRecord,
  wishes: FileWishes,
  fileCount: number,
): Pick<TorrentRecord, 'priorities' | 'order' | 'awaitingChoice'> {
  return {
    priorities: changePriorities(priorities, wishes.priorities ?? [], fileCount),
    order: wishes.order ?? order,
    awaitingChoice: awaitingChoice && !wishes.priorities,
  };
}
