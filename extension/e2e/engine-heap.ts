import type { CDPSession } from 'playwright-core';
import type { CdpTarget } from './cdp.js';

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/** What JavaScript of the engine's document and its workers holds, garbage and the bytes of buffers included. Views share the document's heap. */
export class EngineHeap {
  private constructor(
    private readonly session: CDPSession,
    private readonly document: CdpTarget,
    private readonly workers: ReadonlyMap<string, CdpTarget>,
  ) {}

  static async watch(session: CDPSession, document: CdpTarget): Promise<EngineHeap> {
    return new EngineHeap(session, document, await document.workers());
  }

  /** Bytes at the moment. */
  async bytes(): Promise<number> {
    const usages = await Promise.all(
      [this.document, ...this.workers.values()].map((target) => target.send('Runtime.getHeapUsage')),
    );
    return (usages as HeapUsage[]).reduce((sum, usage) => sum + usage.usedSize + usage.backingStorageSize, 0);
  }

  async close(): Promise<void> {
    await this.session.detach();
  }
}
