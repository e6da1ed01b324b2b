import type { FileSnapshot } from '../../rpc/types.js';

/** Those whose path has every word of `text`, whatever the case. */
export function matchingFiles(files: readonly FileSnapshot[], text: string): readonly FileSnapshot[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return files;
  return files.filter(({ path }) => {
    const lowered = path.toLocaleLowerCase();
    return words.every((word) => lowered.includes(word));
  });
}
