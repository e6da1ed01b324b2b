/** Reports what the badge shows when it changed: each report wakes the service worker. */
export class BadgeReporter {
  #downloads = 0;
  #pending = 0;
  #reported = '0 0';

  constructor(private readonly report: (downloads: number, pending: number) => Promise<void>) {}

  setDownloads(count: number): void {
    this.#downloads = count;
    this.#update();
  }

  setPending(count: number): void {
    this.#pending = count;
    this.#update();
  }

  #update(): void {
    const text = `${this.#downloads} ${this.#pending}`;
    if (text === this.#reported) return;
    this.#reported = text;
    // A badge that is out of date is no harm; the next change brings the truth.
    this.report(this.#downloads, this.#pending).catch(() => undefined);
  }
}
