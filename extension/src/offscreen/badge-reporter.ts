/** Counts what the badge shows and reports it when it changed: each report wakes the service worker. */
export class BadgeReporter {
  readonly #downloading = new Set<string>();
  #pending = 0;
  #reported = '0 0';

  constructor(private readonly report: (downloads: number, pending: number) => Promise<void>) {}

  setDownloading(torrentId: string, isDownloading: boolean): void {
    if (isDownloading) this.#downloading.add(torrentId);
    else this.#downloading.delete(torrentId);
    this.#update();
  }

  setPending(count: number): void {
    this.#pending = count;
    this.#update();
  }

  #update(): void {
    const text = `${this.#downloading.size} ${this.#pending}`;
    if (text === this.#reported) return;
    this.#reported = text;
    // A badge that is out of date is no harm; the next change brings the truth.
    this.report(this.#downloading.size, this.#pending).catch(() => undefined);
  }
}
