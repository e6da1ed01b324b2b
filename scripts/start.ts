import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askEngine } from './browser/engine.js';
import { launchBrowser, PAGES, registerHelper } from './browser/launch.js';
import { runDemo, untilClosed } from './demo/demo.js';

const USAGE = 'usage: npm start [-- --check | -- MAGNET | -- FILE.torrent]';
/** Kept between runs, so that downloads go on. */
const PROFILE = join(import.meta.dirname, '../../.jstorrent/profile');

const say = (line: string) => {
  console.log(`[${(performance.now() / 1000).toFixed(1).padStart(6)} s] ${line}`);
};

const hasDisplay =
  process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;

/** A real download, in a profile that stays. */
async function runReal(source: string, interrupted: AbortSignal): Promise<void> {
  await mkdir(PROFILE, { recursive: true });
  await registerHelper(PROFILE);
  const context = await launchBrowser({ profile: PROFILE, isHeadless: !hasDisplay });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(PAGES.manager);
    const choices = { chooseFilesFirst: false };
    if (source.startsWith('magnet:')) {
      await askEngine(page, 'addMagnet', { magnet: source, ...choices });
    } else {
      const metainfo = (await readFile(source)).toString('base64');
      await askEngine(page, 'addTorrent', { metainfo, ...choices });
    }
    say('Added. It goes on until you close the browser or press Ctrl-C, and where it was with the next start.');
    await untilClosed(context, interrupted);
  } finally {
    await context.close();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const [argument, ...more] = args;
  const isCheck = argument === '--check';
  const isSource = argument !== undefined && (argument.startsWith('magnet:') || existsSync(argument));
  if (more.length > 0 || (argument !== undefined && !isCheck && !isSource)) {
    console.error(USAGE);
    return 2;
  }
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  try {
    if (isSource) await runReal(argument, controller.signal);
    else {
      await runDemo({
        isHeadless: !hasDisplay,
        isUnattended: isCheck || !hasDisplay,
        interrupted: controller.signal,
        say,
      });
      if (isCheck) say('All files are what they should be');
    }
    return 0;
  } catch (error) {
    say(`Failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
