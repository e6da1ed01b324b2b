/**
 * What in the user's folder is to be replaced where it is wrong. `pieces`: files of which some are right; the others are not the torrent's.
 * `untold`: of these, only those of which nobody can say whether they were changed. Indices: just these files, whatever is in them.
 */
export type Replaceable = 'pieces' | 'untold' | ReadonlySet<number>;

/** After another wish: more files are added to those there are. */
export function withReplaceable(before: Replaceable | undefined, wish: Replaceable): Replaceable {
  return typeof wish === 'object' && typeof before === 'object' ? new Set([...before, ...wish]) : wish;
}
