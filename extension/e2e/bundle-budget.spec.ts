import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const BUILT = join(import.meta.dirname, '../../dist/extension');
const KB = 1024;

/** Every script that a page loads before it shows anything, by its path in the extension. */
async function scriptsOf(page: string): Promise<ReadonlyMap<string, Buffer>> {
  const html = await readFile(join(BUILT, page), 'utf8');
  const scripts = new Map<string, Buffer>();
  const waiting = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path = '']) => path);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (scripts.has(path)) continue;
    const code = await readFile(join(BUILT, path));
    scripts.set(path, code);
    for (const [, imported = ''] of code.toString().matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+)["']/g))
      waiting.push(normalize(join(dirname(path), imported)));
  }
  return scripts;
}

test.each([
  ['popup', 60],
  ['sidepanel', 90],
  ['manager', 90],
  ['setup', 60],
])('the scripts of the %s stay under %d kB', async (view, budget) => {
  const scripts = await scriptsOf(`extension/src/ui/${view}/index.html`);
  const bytes = [...scripts.values()].reduce((sum, code) => sum + gzipSync(code).length, 0);
  expect(scripts.size).toBeGreaterThan(1);
  expect(bytes).toBeGreaterThan(10 * KB);
  expect(bytes).toBeLessThan(budget * KB);
});
