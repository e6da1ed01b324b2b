import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NULL_ENGINE = fileURLToPath(new URL('main.ts', import.meta.url));
const ENGINE = '/extension/src/offscreen/main.ts';

/** Builds the extension with the null engine in the engine's place. The shipped one is not touched. */
export async function buildNullExtension(outDir: string): Promise<void> {
  await build({
    root: ROOT,
    logLevel: 'warn',
    build: { outDir },
    plugins: [
      {
        name: 'null-engine',
        load: (id) => (id.endsWith(ENGINE) ? `import ${JSON.stringify(NULL_ENGINE)};` : undefined),
      },
    ],
  });
}
