import { type BencodeValue, isList } from '../protocol/bencode-value.js';
import { RecordError } from './sealed-record.js';
import type { FilePriority, FilePriorityChange } from './snapshots.js';

/** How much each file of a torrent is wanted; can be said before their number is known. */
export interface FilePriorities {
  /** Of every file that is not named. */
  readonly rest: FilePriority;
  readonly named: ReadonlyMap<number, FilePriority>;
}

const SKIP: FilePriority = 0;
const NORMAL: FilePriority = 4;

export const ALL_NORMAL: FilePriorities = { rest: NORMAL, named: new Map() };

/** Wants these files and no other. */
export function onlyFiles(fileIndices: readonly number[]): FilePriorities {
  return { rest: SKIP, named: new Map(fileIndices.map((index) => [index, NORMAL])) };
}

export function priorityOf({ rest, named }: FilePriorities, fileIndex: number): FilePriority {
  return named.get(fileIndex) ?? rest;
}

/** The later of two changes of one file counts. Indices that the torrent does not have are ignored. */
export function changePriorities(
  { rest, named }: FilePriorities,
  changes: readonly FilePriorityChange[],
  fileCount: number,
): FilePriorities {
  const changed = new Map(named);
  for (const { priority, fileIndices } of changes) {
    if (!isFilePriority(priority)) continue;
    for (const index of fileIndices) {
      if (!(Number.isInteger(index) && index >= 0 && index < fileCount)) continue;
      if (priority === rest) changed.delete(index);
      else changed.set(index, priority);
    }
  }
  return { rest, named: changed };
}

/** For a record: the priority of the rest, then a list for each other priority, which stands before its files. */
export function encodePriorities({ rest, named }: FilePriorities): (number | number[])[] {
  const groups = new Map<FilePriority, number[]>();
  for (const [index, priority] of named) {
    const group = groups.get(priority);
    if (group) group.push(index);
    else groups.set(priority, [priority, index]);
  }
  return [rest, ...groups.values()];
}

/** Throws {@link RecordError}. */
export function decodePriorities(value: BencodeValue): FilePriorities {
  const [rest, ...groups] = isList(value) ? value : [];
  const named = new Map<number, FilePriority>();
  for (const group of groups) {
    const [priority, ...indices] = isList(group) ? group : [];
    for (const index of indices) named.set(fileIndex(index), filePriority(priority));
  }
  return { rest: filePriority(rest), named };
}

/** What releases before priorities stored: a list of the wanted files. Throws {@link RecordError}. */
export function decodeWantedFiles(value: readonly BencodeValue[]): FilePriorities {
  return onlyFiles(value.map(fileIndex));
}

function filePriority(value: BencodeValue | undefined): FilePriority {
  if (isFilePriority(value)) return value;
  throw new RecordError('invalid', 'a file priority is unknown');
}

function isFilePriority(value: unknown): value is FilePriority {
  return value === 0 || value === 1 || value === 4 || value === 7;
}

function fileIndex(value: BencodeValue): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new RecordError('invalid', 'a file index is negative or no number');
}
