import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXTENSION_ID, NATIVE_HOST_NAME } from '@jstorrent/bridge-protocol';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { VIEW_PORT_NAME } from '../src/rpc/runtime-port.js';
import {
  type ListSnapshot,
  type Method,
  type Params,
  READ_CHUNK_BYTES,
  type Result,
  type TorrentDetails,
  type TorrentSnapshot,
  type HostMessage,
  type ViewMessage,
} from '../src/rpc/types.js';
import { CdpTarget } from './cdp.js';
import { EngineHeap } from './engine-heap.js';
import { LOOPBACK_ONLY } from './loopback-only.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What `npm run build` leaves. `JSTORRENT_EXTENSION` names another build. */
export const EXTENSION = process.env['JSTORRENT_EXTENSION'] ?? join(ROOT, 'dist/extension');
const HELPER = join(ROOT, 'daemon-bridge/bin/jstorrent-bridge.js');
export const CHROMIUM = process.env['JSTORRENT_CHROMIUM'] ?? '/usr/bin/chromium';
const OFFSCREEN_PAGE = `chrome-extension://${EXTENSION_ID}/extension/src/offscreen/index.html`;

/** For a busy machine; nothing waits for it. */
const ACTION_TIMEOUT_MS = 90_000;

const VIEWS = {
  manager: 'extension/src/ui/manager/index.html',
  popup: 'extension/src/ui/popup/index.html',
  sidepanel: 'extension/src/ui/sidepanel/index.html',
  setup: 'extension/src/ui/setup/index.html',
} as const;

const POPUP_PAGE = `chrome-extension://${EXTENSION_ID}/${VIEWS.popup}`;

export interface LaunchOptions {
  /** Whether the browser can find the helper. */
  readonly helper: 'registered' | 'missing';
  /** The profile of a browser before; a fresh one otherwise. */
  readonly profile?: string;
  /** The folder of another build of the extension, for the benchmark. */
  readonly extension?: string;
  /** Folder of a second extension, beside ours. */
  readonly stranger?: string;
  /** The screen (`DISPLAY`) to show its windows on; without it there are none. */
  readonly display?: string;
  /** What starts the browser in place of itself. */
  readonly executable?: string;
}

/** A real Chromium with the built extension, in a profile that is thrown away. All of it on loopback. */
export class ExtensionBrowser {
  readonly extensionId = EXTENSION_ID;

  private constructor(
    readonly context: BrowserContext,
    readonly profile: string,
  ) {}

  static async launch({
    helper,
    profile,
    extension = EXTENSION,
    stranger,
    display,
    executable = CHROMIUM,
  }: LaunchOptions): Promise<ExtensionBrowser> {
    if (!existsSync(join(extension, 'manifest.json'))) {
      throw new Error(`There is no extension in ${extension}: build it with \`npm run build\``);
    }
    const directory = profile ?? (await mkdtemp(join(tmpdir(), 'jstorrent-profile-')));
    if (helper === 'registered') await registerHelper(directory);
    const extensions = stranger === undefined ? extension : `${extension},${stranger}`;
    const context = await chromium.launchPersistentContext(directory, {
      executablePath: executable,
      headless: false,
      ignoreDefaultArgs: ['--disable-extensions'],
      ...(display !== undefined && { env: { ...process.env, DISPLAY: display }, viewport: null }),
      args: [
        ...(display === undefined ? ['--headless=new'] : []),
        '--no-sandbox',
        LOOPBACK_ONLY,
        `--load-extension=${extensions}`,
        `--disable-extensions-except=${extensions}`,
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    context.setDefaultTimeout(ACTION_TIMEOUT_MS);
    return new ExtensionBrowser(context, directory);
  }

  /** Lets the browser find the helper from now on. */
  registerHelper(): Promise<void> {
    return registerHelper(this.profile);
  }

  async openView(view: keyof typeof VIEWS): Promise<Page> {
    const page = await this.context.newPage();
    await openExtensionPage(page, VIEWS[view]);
    return page;
  }

  /** A page of the extension without an interface of its own, through which a test asks the engine as a view does. */
  async openRpc(): Promise<RpcPage> {
    const page = await this.context.newPage();
    await openExtensionPage(page, 'extension/icons/icon-16.png');
    return new RpcPage(page);
  }

  /** Runs an expression in the popup that hangs from the toolbar button; undefined while there is none. */
  async evaluateInPopup(expression: string): Promise<unknown> {
    const tabs = new Set(this.context.pages().map((page) => page.url()));
    return this.#withTarget(
      (url, type) => type === 'page' && url === POPUP_PAGE && !tabs.has(url),
      (target) => target.evaluate(expression),
    );
  }

  /** Clicks a button of the popup by its words. */
  async clickInPopup(label: string): Promise<void> {
    const find = `[...document.querySelectorAll('button')].find((it) => it.textContent === ${JSON.stringify(label)})`;
    await this.evaluateInPopup(`${find}.click()`);
  }

  /** Runs an expression in the engine's document; undefined while there is none. */
  async evaluateInEngine(expression: string): Promise<unknown> {
    return this.#withTarget(
      (url) => url === OFFSCREEN_PAGE,
      (target) => target.evaluate(expression),
    );
  }

  /** Watches the memory of the engine; to be closed. */
  async watchHeap(): Promise<EngineHeap> {
    const session = await newBrowserSession(this.context);
    const found = (await CdpTarget.list(session)).find(({ url }) => url === OFFSCREEN_PAGE);
    if (!found) throw new Error('there is no engine to watch');
    return EngineHeap.watch(session, await CdpTarget.attach(session, found.targetId));
  }

  /** Crashes the process of the extension, as when it runs out of memory: engine, workers and views at once. */
  async crashEngine(): Promise<void> {
    await this.#withBrowserSession(async (session) => {
      const found = (await CdpTarget.list(session)).find(({ url }) => url === OFFSCREEN_PAGE);
      if (!found) throw new Error('there is no engine to crash');
      const target = await CdpTarget.attach(session, found.targetId);
      // Nobody is left to answer.
      target.send('Page.crash').catch(() => undefined);
      while (await this.hasEngine()) await new Promise((resolve) => setTimeout(resolve, 100));
    });
  }

  /** Whether the engine's document exists. */
  async hasEngine(): Promise<boolean> {
    return (await this.#targets()).some(({ url }) => url === OFFSCREEN_PAGE);
  }

  /** Runs an expression in the service worker; undefined while it sleeps. */
  async evaluateInServiceWorker(expression: string): Promise<unknown> {
    return this.#withTarget(
      (_url, type) => type === 'service_worker',
      (target) => target.evaluate(expression),
    );
  }

  /** Ends the service worker as the browser does when it idles. */
  async stopServiceWorker(): Promise<void> {
    const page = await this.openView('setup');
    const session = await this.context.newCDPSession(page);
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.stopAllWorkers');
    await page.close();
  }

  /** Process ids of the helpers that this browser started. */
  async helperPids(): Promise<readonly number[]> {
    const browserPid = await this.browserPid();
    const pids: number[] = [];
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const [stat, command] = await Promise.all([readProc(entry, 'stat'), readProc(entry, 'cmdline')]);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (parent === browserPid && command.includes('jstorrent-bridge')) pids.push(Number(entry));
    }
    return pids;
  }

  async killHelpers(): Promise<void> {
    for (const pid of await this.helperPids()) process.kill(pid, 'SIGKILL');
  }

  /** `kill -9` of the browser; the profile stays for the next. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.context.once('close', resolve));
    process.kill(await this.browserPid(), 'SIGKILL');
    await closed;
    for (const lock of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
      await rm(join(this.profile, lock), { force: true });
    }
  }

  /** Quits the browser; the profile goes too unless it is kept for another. */
  async close(options: { readonly keepProfile?: boolean } = {}): Promise<void> {
    await this.context.close();
    if (!options.keepProfile) await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The lock of a profile names its browser. */
  async browserPid(): Promise<number> {
    return Number((await readlink(join(this.profile, 'SingletonLock'))).split('-').at(-1));
  }

  async #targets() {
    return this.#withBrowserSession((session) => CdpTarget.list(session));
  }

  async #withTarget(
    matches: (url: string, type: string) => boolean,
    use: (target: CdpTarget) => Promise<unknown>,
  ): Promise<unknown> {
    return this.#withBrowserSession(async (session) => {
      const found = (await CdpTarget.list(session)).find(({ url, type }) => matches(url, type));
      if (!found) return undefined;
      const target = await CdpTarget.attach(session, found.targetId);
      try {
        return await use(target);
      } finally {
        await target.detach();
      }
    });
  }

  async #withBrowserSession<T>(
    use: (session: Awaited<ReturnType<typeof newBrowserSession>>) => Promise<T>,
  ): Promise<T> {
    const session = await newBrowserSession(this.context);
    try {
      return await use(session);
    } finally {
      await session.detach();
    }
  }
}

/** What a test asks the engine, over a port like every view's. */
export class RpcPage {
  constructor(readonly page: Page) {}

  async request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const message = { type: 'request', id: 1, method, params };
    const reply = (await this.#exchange(message)) as { result?: unknown; error?: { code: string; message: string } };
    if (reply.error) throw new Error(`${reply.error.code}: ${reply.error.message}`);
    return reply.result as Result<M>;
  }

  /** Peers of this machine count, and nobody outside it is asked for any. Say so before a torrent starts. */
  keepToThisMachine(more: Params<'updateSettings'> = {}): Promise<unknown> {
    return this.request('updateSettings', { allowLocalPeers: true, enableDht: false, enableLsd: false, ...more });
  }

  /** The whole list, as a view gets it when it subscribes. */
  async snapshot(): Promise<ListSnapshot> {
    return ((await this.#exchange({ type: 'subscribeList' })) as { snapshot: ListSnapshot }).snapshot;
  }

  /** SHA-256 in hex of every file of a torrent, as a view would save it, by its path in the root. */
  async hashFiles(torrentId: string): Promise<Readonly<Record<string, string>>> {
    const { details } = (await this.#exchange({ type: 'subscribeDetails', torrentId })) as { details: TorrentDetails };
    const hashes: Record<string, string> = {};
    for (const { index, path, length } of details.files) {
      const hash = createHash('sha256');
      for (let position = 0; position < length; position += READ_CHUNK_BYTES) {
        const range = { position, length: Math.min(READ_CHUNK_BYTES, length - position) };
        const { data } = await this.request('readFile', { torrentId, fileIndex: index, ...range });
        hash.update(Buffer.from(data, 'base64'));
      }
      hashes[path] = hash.digest('hex');
    }
    return hashes;
  }

  /** The details of one torrent, as a view gets them; undefined when there is no such torrent. */
  async details(torrentId: string): Promise<TorrentDetails | undefined> {
    const message = { type: 'subscribeDetails', torrentId };
    return ((await this.#exchange(message)) as { details: TorrentDetails | null }).details ?? undefined;
  }

  /** Asks until `condition` holds for one torrent, and gives that torrent. */
  async waitForTorrent(
    torrentId: string,
    condition: (torrent: TorrentSnapshot) => boolean,
    timeoutMs?: number,
  ): Promise<TorrentSnapshot> {
    const find = ({ torrents }: ListSnapshot) => torrents.find(({ id }) => id === torrentId);
    const isSo = (list: ListSnapshot) => {
      const torrent = find(list);
      return torrent !== undefined && condition(torrent);
    };
    return find(await this.waitFor(isSo, timeoutMs)) as TorrentSnapshot;
  }

  /** Asks until `condition` holds. */
  async waitFor(condition: (snapshot: ListSnapshot) => boolean, timeoutMs = 60_000): Promise<ListSnapshot> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const snapshot = await this.snapshot();
      if (condition(snapshot)) return snapshot;
      if (Date.now() > deadline) throw new Error(`not so after ${timeoutMs} ms: ${JSON.stringify(snapshot)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /**
   * When a torrent became complete, in ms since 1970, found out as an open view does: by what the engine tells it, so that asking costs
   * what is being measured nothing.
   */
  completionOf(torrentId: string): Promise<number> {
    return this.page.evaluate(
      ({ torrentId, portName }) =>
        new Promise<number>((resolve, reject) => {
          const port = chrome.runtime.connect({ name: portName });
          port.onMessage.addListener((message: HostMessage) => {
            const torrents =
              message.type === 'list'
                ? message.snapshot.torrents
                : message.type === 'listDelta'
                  ? message.delta.changed
                  : [];
            const completedAt = torrents.find(({ id }) => id === torrentId)?.completedAt;
            if (completedAt === undefined) return;
            port.disconnect();
            resolve(completedAt);
          });
          port.onDisconnect.addListener(() => reject(new Error('the engine closed the port')));
          port.postMessage({ type: 'subscribeList' } satisfies ViewMessage);
        }),
      { torrentId, portName: VIEW_PORT_NAME },
    );
  }

  /** Opens a port, posts one message and gives the first one that comes back. */
  #exchange(message: object): Promise<unknown> {
    return this.page.evaluate(
      async ({ message, portName }) => {
        await chrome.runtime.sendMessage({ type: 'ensureEngine' });
        const port = chrome.runtime.connect({ name: portName });
        try {
          return await new Promise<unknown>((resolve, reject) => {
            port.onMessage.addListener(resolve);
            port.onDisconnect.addListener(() => reject(new Error('the engine closed the port')));
            port.postMessage(message);
          });
        } finally {
          port.disconnect();
        }
      },
      { message, portName: VIEW_PORT_NAME },
    );
  }
}

/** A browser that has just started may not know the extension yet. */
async function openExtensionPage(page: Page, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await page.goto(`chrome-extension://${EXTENSION_ID}/${path}`);
      return;
    } catch (error) {
      if (attempt === 120) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function newBrowserSession(context: BrowserContext) {
  const browser = context.browser();
  if (!browser) throw new Error('the browser is not there');
  return browser.newBrowserCDPSession();
}

async function readProc(pid: string, file: string): Promise<string> {
  // Processes come and go while we look.
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}

async function registerHelper(profile: string): Promise<void> {
  const folder = join(profile, 'NativeMessagingHosts');
  const launcher = join(folder, 'launcher.sh');
  await mkdir(folder, { recursive: true });
  await writeFile(launcher, `#!/bin/sh\nexec '${process.execPath}' '${HELPER}' host "$@"\n`);
  await chmod(launcher, 0o755);
  const manifest = {
    name: NATIVE_HOST_NAME,
    description: 'JSTorrent helper under test',
    path: launcher,
    type: 'stdio',
    allowed_origins: [`chrome-extension://${EXTENSION_ID}/`],
  };
  await writeFile(join(folder, `${NATIVE_HOST_NAME}.json`), JSON.stringify(manifest));
}
