import type { Contestant } from '../contestant.js';
import type { Scratch } from '../scratch.js';

export interface RowSettings {
  /** As asked for on the command line. */
  readonly sizeBytes: number;
  readonly scratch: Scratch;
}

/** One line of the benchmark: a task, and those who do it in turns. */
export interface Row {
  readonly name: string;
  readonly about: string;
  /** `runs`: undefined leaves it to the row. */
  measure(settings: RowSettings & { readonly runs: number | undefined }): Promise<RowReport>;
}

interface RowReport {
  /** All figures, for JSON. */
  readonly result: object;
  /** Their medians, in Markdown. */
  readonly table: string;
}

/** A row whose contestants move the same bytes. */
export interface TransferRow {
  readonly name: string;
  readonly about: string;
  /** Names of the contestants that the others are compared with. */
  readonly references: readonly string[];
  /** Five without it. */
  readonly runs?: number;
  prepare(settings: RowSettings): Promise<PreparedRow>;
}

export interface PreparedRow {
  readonly contestants: readonly Contestant[];
  /** Bytes that each run moves. */
  readonly sizeBytes: number;
  /** Bytes of files that each run writes: all without it. */
  readonly writtenBytes?: number;
  close(): Promise<void>;
}
