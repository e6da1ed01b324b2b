/** A file system that takes everything and keeps nothing: for downloads that no disk should have to hold. */
export class DiscardingFiles {
  async open() {
    return {
      read: async () => {
        throw new Error('nothing was kept');
      },
      write: async (_position, data) => data,
      truncate: async () => undefined,
      flush: async () => undefined,
      close: async () => undefined,
    };
  }

  async stat() {
    return undefined;
  }

  async list() {
    return [];
  }

  async createDirectory() {}

  async remove() {}

  async rename() {}
}
