import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import { defineConfig } from 'vite';
import manifest from './manifest.json' with { type: 'json' };

/** Pages that the manifest does not name. */
const PAGES = ['offscreen', 'ui/manager', 'ui/setup', 'ui/magnet'];

export default defineConfig({
  // The workspaces are bundled from their sources, not from what `tsc -b` left behind.
  resolve: { conditions: ['@jstorrent/source', 'module', 'browser', 'development|production'] },
  plugins: [crx({ manifest: manifest as ManifestV3Export })],
  worker: { format: 'es' },
  build: {
    outDir: 'dist/extension',
    emptyOutDir: true,
    target: 'chrome148',
    modulePreload: { polyfill: false },
    rolldownOptions: { input: PAGES.map((page) => `extension/src/${page}/index.html`) },
  },
});
