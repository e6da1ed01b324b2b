import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { t } from '../../i18n/t.js';
import type { Rpc, RpcListeners } from '../../rpc/client.js';
import type {
  AddChoices,
  HostStatus,
  ListDelta,
  ListSnapshot,
  Method,
  Params,
  Result,
  TorrentDetails,
  TorrentSnapshot,
} from '../../rpc/types.js';
import { describeError } from './sentences.js';
import type { Shell } from './shell.js';

/** One short message to the user. */
export interface Notice {
  readonly id: number;
  readonly isProblem: boolean;
  readonly text: string;
}

const MAX_NOTICES = 3;

/** All that the views of one page show. Each torrent is a signal of its own, so that a delta renders only what it changed. */
export class Store {
  readonly #torrents = new Map<string, Signal<TorrentSnapshot>>();
  readonly #order = signal<readonly string[]>([]);
  readonly #status = signal<HostStatus | undefined>(undefined);
  readonly #isConnected = signal(true);
  readonly #startProblem = signal<string | undefined>(undefined);
  readonly #openId = signal<string | undefined>(undefined);
  readonly #details = signal<TorrentDetails | undefined>(undefined);
  readonly #notices = signal<readonly Notice[]>([]);
  readonly #rpc: Rpc;
  #nextNoticeId = 1;

  /** Ids of all torrents, as they are listed. */
  readonly order: ReadonlySignal<readonly string[]> = this.#order;
  /** Undefined until the first snapshot came. */
  readonly status: ReadonlySignal<HostStatus | undefined> = this.#status;
  /** False from the loss of the engine until it is back. */
  readonly isConnected: ReadonlySignal<boolean> = this.#isConnected;
  /** Why the engine does not run; undefined while it does. */
  readonly startProblem: ReadonlySignal<string | undefined> = this.#startProblem;
  /** The torrent whose details are open. */
  readonly openId: ReadonlySignal<string | undefined> = this.#openId;
  /** Of the open torrent; undefined until they came. */
  readonly details: ReadonlySignal<TorrentDetails | undefined> = this.#details;
  readonly notices: ReadonlySignal<readonly Notice[]> = this.#notices;
  /** The torrent that the remove dialog asks about. */
  readonly removing = signal<TorrentSnapshot | undefined>(undefined);
  readonly areSettingsOpen = signal(false);
  /** The list shows who comes first in the queue, in place of the newest. */
  readonly isInQueueOrder = signal(false);
  /** The row that takes the focus as soon as it is listed, where nothing else has it. */
  focusWhenListed: string | undefined;
  /** The torrent that is being dragged to another place in the queue. */
  readonly dragged = signal<string | undefined>(undefined);
  /** The list shows only torrents of this label, `''` those without one; undefined shows all. */
  readonly labelFilter = signal<string | undefined>(undefined);
  /** All labels there are, in alphabetical order. */
  readonly labels: ReadonlySignal<readonly string[]> = computed(() =>
    [...new Set(this.allTorrents().flatMap(({ label }) => label ?? []))].sort((a, b) => a.localeCompare(b)),
  );

  /** Of {@link order}, those that the filter lets through. One whose label nobody has any more lets everybody. */
  readonly shown: ReadonlySignal<readonly string[]> = computed(() => {
    const wanted = this.labelFilter.value;
    if (wanted === undefined) return this.#order.value;
    const shown = this.allTorrents().filter(({ label = '' }) => label === wanted);
    return shown.length === 0 ? this.#order.value : shown.map(({ id }) => id);
  });

  /** Whether what is added waits for a choice of files. */
  readonly chooseFilesFirst = signal(false);

  /** Where what is added goes, when the user chose other than the default. */
  readonly chosenRoot = signal<string | undefined>(undefined);

  constructor(
    createRpc: (listeners: RpcListeners) => Rpc,
    readonly shell: Shell,
  ) {
    this.isInQueueOrder.subscribe(() => this.#sort());
    this.#rpc = createRpc({
      onConnectionChange: (isConnected) => {
        this.#isConnected.value = isConnected;
        if (isConnected) this.#startProblem.value = undefined;
      },
      onConnectFailed: (reason) => {
        this.#startProblem.value = reason;
      },
      onList: (snapshot) => this.#takeList(snapshot),
      onListDelta: (delta) => this.#takeDelta(delta),
      onDetails: (torrentId, details) => {
        if (torrentId === this.#openId.value) this.#details.value = details;
      },
    });
  }

  get rpc(): Rpc {
    return this.#rpc;
  }

  torrent(torrentId: string): ReadonlySignal<TorrentSnapshot> | undefined {
    return this.#torrents.get(torrentId);
  }

  /** All torrents as they are now; reading it in a component subscribes to every one. */
  allTorrents(): readonly TorrentSnapshot[] {
    return this.#order.value.flatMap((id) => this.#torrents.get(id)?.value ?? []);
  }

  /** What holds for whatever is added now. */
  addChoices(): AddChoices {
    const root = this.chosenRoot.value;
    return { chooseFilesFirst: this.chooseFilesFirst.value, ...(root === undefined ? {} : { root }) };
  }

  /** Opens one torrent's details and closes the others'; undefined closes all. */
  open(torrentId: string | undefined): void {
    if (torrentId === this.#openId.value) return;
    this.#openId.value = torrentId;
    this.#details.value = undefined;
    this.#rpc.watchDetails(torrentId);
  }

  /** Makes a request; a failure becomes a notice and undefined. */
  async ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M> | undefined> {
    try {
      return await this.#rpc.request(method, params);
    } catch (error) {
      this.fail(error instanceof Error && 'code' in error ? String(error.code) : 'internal');
      return undefined;
    }
  }

  /** Tells the user what went wrong, by the code of an error. */
  fail(code: string): void {
    this.#notify({ isProblem: true, text: describeError(code) });
  }

  say(text: string): void {
    this.#notify({ isProblem: false, text });
  }

  dismissNotice(id: number): void {
    this.#notices.value = this.#notices.value.filter((notice) => notice.id !== id);
  }

  #notify(notice: Omit<Notice, 'id'>): void {
    const others = this.#notices.value.filter(({ text }) => text !== notice.text);
    this.#notices.value = [...others, { id: this.#nextNoticeId++, ...notice }].slice(-MAX_NOTICES);
  }

  #takeList(snapshot: ListSnapshot): void {
    const { torrents, ...status } = snapshot;
    const ids = new Set(torrents.map(({ id }) => id));
    for (const id of this.#torrents.keys()) if (!ids.has(id)) this.#forget(id);
    for (const torrent of torrents) this.#put(torrent);
    this.#sort();
    this.#status.value = status;
  }

  #takeDelta({ changed, removed, status }: ListDelta): void {
    const isOrderChanged =
      removed.length > 0 ||
      changed.some(({ id, queuePosition }) => this.#torrents.get(id)?.peek().queuePosition !== queuePosition);
    for (const torrent of changed) {
      const before = this.#torrents.get(torrent.id)?.peek();
      if (before && before.completedAt === undefined && torrent.completedAt !== undefined) {
        this.say(t('completeNotice', { name: torrent.name }));
      }
      this.#put(torrent);
    }
    for (const id of removed) this.#forget(id);
    if (isOrderChanged) this.#sort();
    if (status) this.#status.value = status;
  }

  #put(torrent: TorrentSnapshot): void {
    const known = this.#torrents.get(torrent.id);
    if (known) known.value = torrent;
    else this.#torrents.set(torrent.id, signal(torrent));
  }

  #forget(torrentId: string): void {
    this.#torrents.delete(torrentId);
    if (this.#openId.value === torrentId) this.open(undefined);
    if (this.removing.value?.id === torrentId) this.removing.value = undefined;
  }

  #sort(): void {
    const torrents = [...this.#torrents.values()].map((torrent) => torrent.peek());
    torrents.sort((a, b) => b.addedAt - a.addedAt || (a.id < b.id ? -1 : 1));
    if (this.isInQueueOrder.peek()) torrents.sort((a, b) => a.queuePosition - b.queuePosition);
    this.#order.value = torrents.map(({ id }) => id);
  }
}
