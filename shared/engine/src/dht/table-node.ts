import type { NodeInfo } from '../protocol/node-info.js';
import { equalBytes } from '../utils/bytes.js';
import { BAD_FAILS } from './limits.js';

/** What the routing table remembers of one node. Times are `IClock.now()`, -Infinity for never. */
export interface TableNode extends NodeInfo {
  /** What counts as one node; in public use its IP address. */
  readonly identity: string;
  repliedAt: number;
  queriedAt: number;
  /** When the table last said that it should be checked. */
  checkedAt: number;
  /** Unanswered queries since the last reply. */
  fails: number;
  /** Forgotten after so many. */
  patience: number;
}

const hasReplied = (node: TableNode): boolean => node.repliedAt > -Infinity;

export const isBad = (node: TableNode): boolean => node.fails >= BAD_FAILS;

/** Fit to be given to others. Whether it was heard of lately is looked after by regular checks. */
export const isGood = (node: TableNode): boolean => hasReplied(node) && !isBad(node);

/** A node that never answered us may claim to be anything: its questions do not count (BEP 5). */
export const lastHeardAt = (node: TableNode): number =>
  hasReplied(node) ? Math.max(node.repliedAt, node.queriedAt) : -Infinity;

export const isSame = (node: TableNode, { id, endpoint }: NodeInfo): boolean =>
  node.endpoint.port === endpoint.port && equalBytes(node.id, id);
