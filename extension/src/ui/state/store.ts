import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { t } from '../../i18n/t.js';
import type { Rpc, RpcListeners } from '../../rpc/client.js';
import type {
  AddChoices,
  BridgeStatus,
  FolderStatus,
  HostStatus,
  ListDelta,
  ListSnapshot,
  Method,
  Params,
  Result,
  TorrentDetails,
  TorrentSnapshot,
} from '../../rpc/types.js';
import { type ColumnId, type Compare, comparing } from './columns.js';
import { ListView, type TorrentChange, type TorrentSource } from './list-view.js';
import { Selection } from './selection.js';
import { describeError, describeTorrent } from './sentences.js';
import type { Shell } from './shell.js';
import { TorrentIndex } from './torrent-index.js';
import { type ColumnPlace, NEWEST_FIRST, ViewPrefs } from './view-prefs.js';

/** One short message to the user. */
export interface Notice {
  readonly id: number;
  readonly isProblem: boolean;
  readonly text: string;
}

const MAX_NOTICES = 3;

/** What the user wants of new downloads beside their place. */
export type AddOptions = Required<Pick<AddChoices, 'start' | 'label' | 'isSequential' | 'isFirst'>>;

/** What holds where the user says nothing. */
export const USUAL_OPTIONS: AddOptions = { start: true, label: '', isSequential: false, isFirst: false };

/** What is around the torrents, as far as it shows in their rows. */
export interface Surroundings {
  readonly bridge: BridgeStatus | undefined;
  readonly folders: readonly FolderStatus[];
}

/** What {@link Store.fail} takes of an error of whatever kind. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'internal';
}

/** All that the views of one page show. Each torrent is a signal of its own, so that a delta renders only what it changed. */
export class Store {
  readonly #torrents = new Map<string, Signal<TorrentSnapshot>>();
  /** Grows whenever any torrent changed, came or went; 0 before the first came. */
  readonly #version = signal(0);
  readonly #surroundings = signal<Surroundings>({ bridge: undefined, folders: [] });
  readonly #status = signal<HostStatus | undefined>(undefined);
  readonly #isConnected = signal(true);
  readonly #startProblem = signal<string | undefined>(undefined);
  readonly #openId = signal<string | undefined>(undefined);
  readonly #details = signal<TorrentDetails | undefined>(undefined);
  readonly #notices = signal<readonly Notice[]>([]);
  readonly #rpc: Rpc;
  #nextNoticeId = 1;

  readonly prefs = new ViewPrefs();
  readonly index = new TorrentIndex();
  readonly #labelCounts = computed(() => this.index.counts.value.labels);
  readonly selection = new Selection();
  readonly #source: TorrentSource = {
    ids: () => this.#torrents.keys(),
    get: (id) => this.#torrents.get(id)?.peek(),
    hostsOf: (id) => this.index.hostsOf(id),
  };
  readonly #views: ListView[] = [];
  /** The torrents as the list shows them. */
  readonly view = this.addView(computed(() => comparing(this.prefs.sorting.value)));

  /** What of the status rows depend on; it changes seldom. */
  readonly surroundings: ReadonlySignal<Surroundings> = this.#surroundings;
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
  /** The torrents that the remove dialog asks about. */
  readonly removing = signal<readonly TorrentSnapshot[]>([]);
  readonly areSettingsOpen = signal(false);
  readonly areShortcutsOpen = signal(false);
  /** The dialog of views that have no field for links. */
  readonly isAddOpen = signal(false);
  /** The open context menu: where it is, in pixels of the window. */
  readonly menu = signal<{ readonly x: number; readonly y: number } | undefined>(undefined);
  /** The view is wide enough for a table with a pane below. */
  readonly isWide = signal(false);
  /** The columns of the table, in their order; dense rows have no room for the state under the name. */
  readonly shownColumns: ReadonlySignal<readonly ColumnPlace[]> = computed(() => {
    const isDense = this.prefs.density.value === 'compact';
    return this.prefs.columns.value.filter(({ id, isShown }) => isShown || (isDense && id === 'state'));
  });
  /** The column that is being dragged to another place. */
  readonly draggedColumn = signal<ColumnId | undefined>(undefined);
  /** The list shows who comes first in the queue. */
  readonly isInQueueOrder = computed(() => this.prefs.sorting.value.column === 'queue');
  /** The row that takes the focus as soon as it is listed, where nothing else has it. */
  focusWhenListed: string | undefined;
  /** The torrents that are being dragged to another place in the queue, in its order. */
  readonly dragged = signal<readonly string[]>([]);
  /** All labels there are, in alphabetical order. */
  readonly labels: ReadonlySignal<readonly string[]> = computed(() =>
    [...this.#labelCounts.value.keys()].sort((a, b) => a.localeCompare(b)),
  );
  readonly shown: ReadonlySignal<readonly string[]> = this.view.shown;

  /** What else holds for whatever is added. */
  readonly addOptions = signal(USUAL_OPTIONS);

  /** Whether what is added waits for a choice of files. */
  readonly chooseFilesFirst = signal(false);

  /** Where what is added goes, when the user chose other than the default. */
  readonly chosenRoot = signal<string | undefined>(undefined);

  constructor(
    createRpc: (listeners: RpcListeners) => Rpc,
    readonly shell: Shell,
  ) {
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
    this.shown.subscribe(() => this.selection.keep((id) => this.view.lists(id)));
  }

  get rpc(): Rpc {
    return this.#rpc;
  }

  torrent(torrentId: string): ReadonlySignal<TorrentSnapshot> | undefined {
    return this.#torrents.get(torrentId);
  }

  /** All torrents as they are now. */
  allTorrents(): readonly TorrentSnapshot[] {
    return [...this.#torrents.values()].map((torrent) => torrent.peek());
  }

  /** A list of the torrents in another order, which follows every change from now on. */
  addView(order: ReadonlySignal<Compare>): ListView {
    const view = new ListView(this.#source, order);
    this.#views.push(view);
    return view;
  }

  /** Those of the torrents that are there; follows every change too. */
  findAll(ids: Iterable<string>): readonly TorrentSnapshot[] {
    if (this.#version.value === 0) return [];
    return [...ids].flatMap((id) => this.#torrents.get(id)?.peek() ?? []);
  }

  /** The torrents that a key on this one's row is for: all that are seen to be selected, it alone where none is. */
  selectedOr(torrentId: string): readonly TorrentSnapshot[] {
    const selected = this.selection.ids.peek();
    // Narrow rows do not mark one that is selected alone.
    const ids = selected.size > (this.isWide.peek() ? 0 : 1) ? [...selected] : [torrentId];
    return ids.flatMap((id) => this.#torrents.get(id)?.peek() ?? []);
  }

  showQueueOrder(isOn: boolean): void {
    this.prefs.sorting.value = isOn ? { column: 'queue', isDescending: false } : NEWEST_FIRST;
  }

  /** What holds for whatever is added now. */
  addChoices(): AddChoices {
    const root = this.chosenRoot.value;
    const options = Object.entries(this.addOptions.value).filter(
      ([name, value]) => value !== USUAL_OPTIONS[name as keyof AddOptions],
    );
    return {
      chooseFilesFirst: this.chooseFilesFirst.value,
      ...(root === undefined ? {} : { root }),
      ...Object.fromEntries(options),
    };
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
      this.failBy(error);
      return undefined;
    }
  }

  /** Tells the user what went wrong, by the code of an error, and with which of several things. */
  fail(code: string, [name, ...others]: readonly string[] = []): void {
    const problem = describeError(code);
    const label = others.length === 0 ? name : t('nameAndMore', { name: name ?? '', count: others.length });
    this.#notify({ isProblem: true, text: label === undefined ? problem : t('subject', { label, subject: problem }) });
  }

  /** The same by an error of whatever kind. */
  failBy(error: unknown): void {
    this.fail(codeOf(error));
  }

  say(text: string): void {
    this.#notify({ isProblem: false, text });
  }

  dismissNotice(id: number): void {
    this.#notices.value = this.#notices.value.filter((notice) => notice.id !== id);
  }

  #tellFailure(torrent: TorrentSnapshot): void {
    const { text: reason } = describeTorrent(torrent, this.#surroundings.peek().bridge);
    this.#notify({ isProblem: true, text: t('failedNotice', { name: torrent.name, reason }) });
  }

  #notify(notice: Omit<Notice, 'id'>): void {
    const others = this.#notices.value.filter(({ text }) => text !== notice.text);
    this.#notices.value = [...others, { id: this.#nextNoticeId++, ...notice }].slice(-MAX_NOTICES);
  }

  #takeList({ torrents, ...status }: ListSnapshot): void {
    batch(() => {
      const ids = new Set(torrents.map(({ id }) => id));
      for (const id of this.#torrents.keys()) if (!ids.has(id)) this.#forget(id);
      for (const torrent of torrents) this.#put(torrent);
      this.#takeStatus(status);
      this.index.flush();
      for (const view of this.#views) view.rebuild();
      this.#version.value++;
    });
  }

  #takeDelta({ changed, removed, status }: ListDelta): void {
    batch(() => {
      const changes: TorrentChange[] = [];
      for (const torrent of changed) {
        const before = this.#torrents.get(torrent.id)?.peek();
        if (before && before.completedAt === undefined && torrent.completedAt !== undefined) {
          this.say(t('completeNotice', { name: torrent.name }));
        }
        if (before && before.state.kind !== 'failed' && torrent.state.kind === 'failed') this.#tellFailure(torrent);
        changes.push({ id: torrent.id, before, after: torrent });
        this.#put(torrent);
      }
      for (const id of removed) {
        changes.push({ id, before: this.#torrents.get(id)?.peek(), after: undefined });
        this.#forget(id);
      }
      if (status) this.#takeStatus(status);
      this.index.flush();
      this.#dropEmptyFilters();
      for (const view of this.#views) view.update(changes);
      this.#version.value++;
    });
  }

  #takeStatus(status: HostStatus): void {
    this.#status.value = status;
    const { bridge, folders } = status;
    const before = this.#surroundings.peek();
    if (JSON.stringify([bridge, folders]) === JSON.stringify([before.bridge, before.folders])) return;
    this.#surroundings.value = { bridge, folders };
  }

  /** What nobody has any more must not hide everything. */
  #dropEmptyFilters(): void {
    const { labels, trackers } = this.index.counts.peek();
    const { state, label, tracker } = this.view.filter.peek();
    const isLabelGone = label !== undefined && label !== '' && !labels.has(label);
    const isTrackerGone = tracker !== undefined && !trackers.has(tracker);
    if (!isLabelGone && !isTrackerGone) return;
    this.view.filter.value = {
      state,
      ...(label === undefined || isLabelGone ? {} : { label }),
      ...(tracker === undefined || isTrackerGone ? {} : { tracker }),
    };
  }

  #put(torrent: TorrentSnapshot): void {
    const known = this.#torrents.get(torrent.id);
    if (known) known.value = torrent;
    else this.#torrents.set(torrent.id, signal(torrent));
    this.index.put(torrent);
  }

  #forget(torrentId: string): void {
    this.#torrents.delete(torrentId);
    this.index.remove(torrentId);
    if (this.#openId.value === torrentId) this.open(undefined);
    const removing = this.removing.peek();
    if (removing.some(({ id }) => id === torrentId))
      this.removing.value = removing.filter(({ id }) => id !== torrentId);
  }
}
