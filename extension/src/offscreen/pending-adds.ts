import { type ILogger, type ISessionStore, MagnetError, parseMagnet, plainText, toHex } from '@jstorrent/engine';
import type { PendingAdd } from '../rpc/types.js';

/** A hostile page can click many links; more than so many questions nobody answers. */
const MAX_PENDING = 50;
/** Magnets with a hundred trackers have some 10 KiB. */
const MAX_MAGNET_CHARS = 64 * 1024;
/** Every view is sent them with every status. */
const MAX_URL_CHARS = 2048;
/** Of all links together, which are stored at every change. */
const MAX_STORED_CHARS = 512 * 1024;
/** Every view is sent the names with every status. */
const MAX_NAME_CHARS = 200;

const KEY = 'host/pending';
const LOG_SCOPE = 'pending';

type Link = { readonly magnet: string } | { readonly url: string };

interface Waiting {
  readonly question: PendingAdd;
  readonly link: Link;
}

const textOf = (link: Link): string => ('magnet' in link ? link.magnet : link.url);

interface PendingAddsOptions {
  readonly store: ISessionStore;
  readonly logger: ILogger;
  /** Called after every change. */
  readonly onChange: () => void;
  /** A link is none that can be added; `code` says why, `name` is the link's own or the link. */
  readonly onRefused: (code: MagnetError['code'], name: string) => void;
}

/** Links from outside that wait for the user's word: each only once, the oldest first. They are stored, for the click is lost else. */
export class PendingAdds {
  readonly #options: PendingAddsOptions;
  readonly #adds = new Map<string, Waiting>();
  #isStored = true;
  #storing: Promise<void> | undefined;

  private constructor(options: PendingAddsOptions) {
    this.#options = options;
  }

  /** With what waited when the browser ended. A record that cannot be read counts as none. */
  static async load(options: PendingAddsOptions): Promise<PendingAdds> {
    const pending = new PendingAdds(options);
    for (const text of parse(await options.store.get(KEY))) {
      const waiting = read(text);
      if (!(waiting instanceof MagnetError)) pending.#add(waiting);
    }
    return pending;
  }

  get list(): readonly PendingAdd[] {
    return Array.from(this.#adds.values(), ({ question }) => question);
  }

  /** The link behind a question, until that is removed. */
  linkOf(pendingId: string): Link | undefined {
    return this.#adds.get(pendingId)?.link;
  }

  /** Magnets of the same torrent are one question, whatever trackers they name. A new one takes the place of the oldest when there are too many. */
  offer(text: string): void {
    const waiting = read(text);
    if (waiting instanceof MagnetError) this.#options.onRefused(waiting.code, waiting.displayName ?? text);
    else if (this.#add(waiting)) this.#changed();
  }

  /** Fine when it is not there any more. */
  remove(pendingId: string): void {
    if (this.#adds.delete(pendingId)) this.#changed();
  }

  /** Resolves when what is there now is stored, or cannot be. */
  async stored(): Promise<void> {
    while (this.#storing) await this.#storing;
  }

  /** False when it is there already. */
  #add(waiting: Waiting): boolean {
    const { pendingId } = waiting.question;
    if (this.#adds.has(pendingId)) return false;
    this.#adds.set(pendingId, waiting);
    this.#makeRoom();
    return true;
  }

  #makeRoom(): void {
    let chars = Array.from(this.#adds.values(), ({ link }) => textOf(link).length).reduce(
      (sum, length) => sum + length,
      0,
    );
    for (const [pendingId, { link }] of this.#adds) {
      if (this.#adds.size <= MAX_PENDING && chars <= MAX_STORED_CHARS) return;
      this.#adds.delete(pendingId);
      chars -= textOf(link).length;
    }
  }

  #changed(): void {
    this.#isStored = false;
    this.#storing ??= this.#store().finally(() => (this.#storing = undefined));
    this.#options.onChange();
  }

  /** Many changes while one write is under way are one more write. */
  async #store(): Promise<void> {
    const { store, logger } = this.#options;
    while (!this.#isStored) {
      this.#isStored = true;
      const links = Array.from(this.#adds.values(), ({ link }) => textOf(link));
      try {
        await store.put(KEY, new TextEncoder().encode(JSON.stringify(links)));
      } catch (error) {
        logger.warn(LOG_SCOPE, `links could not be stored: ${String(error)}`);
      }
    }
  }
}

/** The error says why the engine would not take the link either. */
function read(text: string): Waiting | MagnetError {
  const tooLong = (maxChars: number): MagnetError | undefined =>
    text.length > maxChars ? new MagnetError('too-long', `a link of ${text.length} characters`) : undefined;
  if (/^https?:/i.test(text) && URL.canParse(text)) return tooLong(MAX_URL_CHARS) ?? readUrl(new URL(text));
  try {
    return tooLong(MAX_MAGNET_CHARS) ?? readMagnet(text);
  } catch (error) {
    if (error instanceof MagnetError) return error;
    throw error;
  }
}

function readUrl(url: URL): Waiting {
  url.hash = '';
  const { href } = url;
  return { question: { pendingId: href, name: plainText(href.slice(0, MAX_NAME_CHARS)) }, link: { url: href } };
}

function readMagnet(magnet: string): Waiting {
  const { infoHash, name } = parseMagnet(magnet);
  const pendingId = toHex(infoHash);
  return {
    question: { pendingId, name: plainText((name ?? pendingId).slice(0, MAX_NAME_CHARS)) },
    link: { magnet },
  };
}

/** The links of a record; none of one that is damaged. */
function parse(record: Uint8Array | undefined): readonly string[] {
  if (!record) return [];
  try {
    const links: unknown = JSON.parse(new TextDecoder().decode(record));
    return Array.isArray(links) ? links.filter((link) => typeof link === 'string') : [];
  } catch {
    return [];
  }
}
