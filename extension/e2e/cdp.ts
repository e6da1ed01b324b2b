import type { CDPSession } from 'playwright-core';

interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

interface Evaluation {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
}

/** A worker that ends while it is asked neither answers nor lets go of the session. */
const ANSWER_TIMEOUT_MS = 10_000;

/** One target of the browser that Playwright does not show, such as an offscreen document. */
export class CdpTarget {
  #nextId = 1;

  private constructor(
    private readonly browser: CDPSession,
    private readonly sessionId: string,
  ) {}

  static async list(browser: CDPSession): Promise<readonly Target[]> {
    const { targetInfos } = await browser.send('Target.getTargets', { filter: [{}] });
    return targetInfos;
  }

  static async attach(browser: CDPSession, targetId: string): Promise<CdpTarget> {
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: false });
    return new CdpTarget(browser, sessionId);
  }

  /** Runs an expression there and gives its (awaited) value. */
  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', params)) as Evaluation;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++;
    let forget = (): void => undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      const onMessage = ({ sessionId, message }: { sessionId: string; message: string }) => {
        if (sessionId !== this.sessionId) return;
        const reply = JSON.parse(message) as { id?: number; result?: unknown; error?: { message: string } };
        if (reply.id !== id) return;
        if (reply.error) reject(new Error(reply.error.message));
        else resolve(reply.result);
      };
      const late = () => reject(new Error(`${method}: no answer within ${ANSWER_TIMEOUT_MS / 1000} s`));
      const timer = setTimeout(late, ANSWER_TIMEOUT_MS);
      this.browser.on('Target.receivedMessageFromTarget', onMessage);
      forget = () => {
        clearTimeout(timer);
        this.browser.off('Target.receivedMessageFromTarget', onMessage);
      };
    });
    const message = JSON.stringify({ id, method, params });
    const sent = this.browser.send('Target.sendMessageToTarget', { sessionId: this.sessionId, message });
    try {
      return (await Promise.all([answer, sent]))[0];
    } finally {
      forget();
    }
  }

  async detach(): Promise<void> {
    await this.browser.send('Target.detachFromTarget', { sessionId: this.sessionId });
  }
}
