import type { HostRequest, SaveFailure } from '../lib/host-messages.js';

type Save = Extract<HostRequest, { type: 'saveDownload' }>;

class SaveError extends Error {
  override readonly name = 'SaveError';
  constructor(
    readonly failure: SaveFailure,
    options?: { cause?: unknown },
  ) {
    super(failure, options);
  }
}

/** Has Chrome save a file into its downloads folder, beside whatever is there. Nothing of it is ever shown. */
export async function saveDownload({ url, filename }: Save): Promise<void> {
  // Undefined without the optional permission.
  const downloads = (chrome as { readonly downloads?: typeof chrome.downloads }).downloads;
  if (!downloads) throw new SaveError('no-permission');
  const ended = new Map<number, chrome.downloads.DownloadDelta>();
  let onEnd: () => void = () => undefined;
  const onChanged = (delta: chrome.downloads.DownloadDelta): void => {
    if (delta.state === undefined || delta.state.current === 'in_progress') return;
    ended.set(delta.id, delta);
    onEnd();
  };
  // A small file may have ended before its id is known.
  downloads.onChanged.addListener(onChanged);
  try {
    const id = await downloads.download({ url, filename, saveAs: false, conflictAction: 'uniquify' });
    while (!ended.has(id)) await new Promise<void>((resolve) => (onEnd = resolve));
    const { state, error } = ended.get(id) as chrome.downloads.DownloadDelta;
    if (state?.current === 'complete') return;
    throw new SaveError(error?.current === 'USER_CANCELED' ? 'save-cancelled' : 'save-failed');
  } catch (error) {
    throw error instanceof SaveError ? error : new SaveError('save-failed', { cause: error });
  } finally {
    downloads.onChanged.removeListener(onChanged);
  }
}
