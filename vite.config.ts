import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import { defineConfig, type Plugin } from 'vite';
import { toChromeMessages } from './extension/src/i18n/chrome-messages.js';
import { EN } from './extension/src/i18n/en/index.js';
import { LANGUAGES } from './extension/src/i18n/languages.js';
import manifest from './manifest.json' with { type: 'json' };

/** Pages that the manifest does not name. */
const PAGES = ['offscreen', 'ui/manager', 'ui/setup', 'ui/magnet'];

/** Writes the texts of every language where Chrome looks for them. */
function locales(): Plugin {
  return {
    name: 'locales',
    generateBundle() {
      for (const [language, messages] of Object.entries(LANGUAGES)) {
        const source = JSON.stringify(toChromeMessages(messages, EN));
        this.emitFile({ type: 'asset', fileName: `_locales/${language}/messages.json`, source });
      }
    },
  };
}

export default defineConfig({
  // The workspaces are bundled from their sources, not from what `tsc -b` left behind.
  resolve: { conditions: ['@jstorrent/source', 'module', 'browser', 'development|production'] },
  plugins: [crx({ manifest: manifest as ManifestV3Export }), locales()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist/extension',
    emptyOutDir: true,
    target: 'chrome148',
    modulePreload: { polyfill: false },
    rolldownOptions: { input: PAGES.map((page) => `extension/src/${page}/index.html`) },
  },
});
