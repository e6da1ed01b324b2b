/**
 * Bytes that can still be written to the origin private file system. With `unlimitedStorage` the quota is what is used plus what is free on
 * the disk; `usage` wraps at 2^32 and the quota with it, so that only their difference says something.
 */
export async function opfsFreeBytes(): Promise<number | undefined> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
}
