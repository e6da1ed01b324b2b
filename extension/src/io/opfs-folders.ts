/** Some thousands of files lie in a few folders, most of them in one. */
const MAX_KNOWN_FOLDERS = 256;

/** The folders of all download roots. Those that were met are kept, for each element on the way to a file costs a trip to the browser. */
export class OpfsFolders {
  readonly #known = new Map<string, FileSystemDirectoryHandle>();

  /** Rejects with `NotFoundError` or `TypeMismatchError` of the platform where there is none. The root itself is always created. */
  async at(
    root: string,
    elements: readonly string[],
    options: { readonly create: boolean },
  ): Promise<FileSystemDirectoryHandle> {
    const key = [root, ...elements].join('/');
    const known = this.#known.get(key);
    if (known) return known;
    const name = elements.at(-1);
    const folder =
      name === undefined
        ? await (await navigator.storage.getDirectory()).getDirectoryHandle(root, { create: true })
        : await (await this.at(root, elements.slice(0, -1), options)).getDirectoryHandle(name, options);
    if (this.#known.size >= MAX_KNOWN_FOLDERS) this.#known.clear();
    this.#known.set(key, folder);
    return folder;
  }

  /** Some were removed or moved. Nobody may look one up at the same time. */
  forget(): void {
    this.#known.clear();
  }
}
