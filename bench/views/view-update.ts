import type { Page } from 'playwright-core';
import type { ViewPages } from '../../extension/e2e/view-pages.js';
import { median } from '../measure/median.js';

const TURNS = 60;
const VIEWPORT = { width: 1280, height: 720 };

/** A view and how many torrents it lists. */
export interface LoadedView {
  readonly name: string;
  readonly query: string;
  readonly count: number;
}

export interface ViewFigures {
  /** From a message to the page as it is after it: state, drawing and layout; the median. */
  readonly updateMs: number;
  /** All that the main thread did for one update, painting included. */
  readonly mainThreadMs: number;
  readonly heapBytes: number;
}

/** Sends a view updates of 20 torrents each. */
export async function measureUpdates(pages: ViewPages, { query, count }: LoadedView): Promise<ViewFigures> {
  const page = await pages.open(`${query}&count=${count}`, { viewport: VIEWPORT });
  try {
    await page.locator('[role=progressbar]').first().waitFor();
    await sendUpdates(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const metric = async (name: string): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find((one) => one.name === name)?.value ?? NaN;
    };
    const before = await metric('TaskDuration');
    const times = await sendUpdates(page);
    const busySeconds = (await metric('TaskDuration')) - before;
    await session.send('HeapProfiler.collectGarbage');
    return {
      updateMs: median(times) ?? NaN,
      mainThreadMs: (busySeconds * 1000) / TURNS,
      heapBytes: await metric('JSHeapUsedSize'),
    };
  } finally {
    await page.close();
  }
}

async function sendUpdates(page: Page): Promise<readonly number[]> {
  return page.evaluate<readonly number[]>(`measure(${TURNS})`);
}
