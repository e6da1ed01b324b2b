/** Keeps the computer awake while the user wants that and something is under way. Tells of changes only: each wakes the service worker. */
export class Power {
  #isOn = false;

  constructor(private readonly tell: (isOn: boolean) => Promise<void>) {}

  /** `isBusy`: a torrent downloads or is being copied. */
  update({ isWanted, isBusy }: { readonly isWanted: boolean; readonly isBusy: boolean }): void {
    const isOn = isWanted && isBusy;
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    // The next change tells it again; until then the computer sleeps as it would without us.
    this.tell(isOn).catch(() => undefined);
  }
}
