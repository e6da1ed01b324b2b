import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in hundredths of a second to every program. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface ProcessRecord {
  readonly pid: number;
  readonly parent: number;
  /** Its own and that of the children it has waited for. */
  readonly cpuTicks: number;
  readonly residentBytes: number;
}

export interface TreeUsage {
  /** User and system, ended descendants included. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Without the pages of files and those shared with others: what the tree alone costs. */
  readonly anonymousBytes: number;
}

/** What a process and all its descendants use, from /proc. */
export function treeUsage(rootPid: number): TreeUsage {
  const members = treeOf(rootPid);
  const sum = (measure: (record: ProcessRecord) => number) => members.reduce((total, one) => total + measure(one), 0);
  return {
    cpuSeconds: sum(({ cpuTicks }) => cpuTicks) / TICKS_PER_SECOND,
    residentBytes: sum(({ residentBytes }) => residentBytes),
    anonymousBytes: sum(({ pid }) => anonymousBytesOf(pid)),
  };
}

function treeOf(rootPid: number): ProcessRecord[] {
  const all = allProcesses();
  const tree = all.filter(({ pid }) => pid === rootPid);
  for (const member of tree) tree.push(...all.filter(({ parent }) => parent === member.pid));
  return tree;
}

function allProcesses(): ProcessRecord[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readRecord(Number(name)))
    .filter((record) => record !== undefined);
}

/** Fields as in proc(5), counted behind the name, which may hold anything. */
function readRecord(pid: number): ProcessRecord | undefined {
  const stat = readProc(pid, 'stat');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent, , , , , , , , , , userTicks, systemTicks, childUserTicks, childSystemTicks] = fields;
  const residentPages = fields[21];
  if (parent === undefined || residentPages === undefined) return undefined;
  const cpuTicks = (userTicks ?? 0) + (systemTicks ?? 0) + (childUserTicks ?? 0) + (childSystemTicks ?? 0);
  return { pid, parent, cpuTicks, residentBytes: residentPages * PAGE_BYTES };
}

function anonymousBytesOf(pid: number): number {
  const kibibytes = /^RssAnon:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

/** Empty when the process is gone. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
