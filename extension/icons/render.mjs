// Renders icon.svg into the sizes that the manifest names: `node extension/icons/render.mjs [path of a Chromium]`.
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const SIZES = [16, 32, 48, 128];
const here = new URL('./', import.meta.url);
const svg = await readFile(new URL('icon.svg', here), 'utf8');

const browser = await chromium.launch({
  executablePath: process.argv[2] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const size of SIZES) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await writeFile(new URL(`icon-${size}.png`, here), await page.screenshot({ omitBackground: true }));
}
await browser.close();
