import type { CDPSession } from 'playwright-core';

interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

/** A message of a target, as its parent hears it. */
interface MessageEvent {
  readonly sessionId: string;
  readonly message: string;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId?: string; readonly message?: string };
}

/** What a target is reached through: of `CDPSession` what is used here. */
interface Session {
  send(method: string, params: object): Promise<unknown>;
  on(event: 'Target.receivedMessageFromTarget', listener: (event: MessageEvent) => void): void;
  off(event: 'Target.receivedMessageFromTarget', listener: (event: MessageEvent) => void): void;
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
    private readonly browser: Session,
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

  /** The dedicated workers of this document, now and from now on; a worker answers only by way of its document. */
  async workers(): Promise<ReadonlyMap<string, CdpTarget>> {
    const workers = new Map<string, CdpTarget>();
    this.#onMessage(({ method, params }) => {
      const { sessionId } = params ?? {};
      if (sessionId === undefined) return;
      if (method === 'Target.attachedToTarget') workers.set(sessionId, new CdpTarget(this.#asSession(), sessionId));
      if (method === 'Target.detachedFromTarget') workers.delete(sessionId);
    });
    await this.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return workers;
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

  #onMessage(listener: (message: Message) => void): (event: MessageEvent) => void {
    const onEvent = ({ sessionId, message }: MessageEvent) => {
      if (sessionId === this.sessionId) listener(JSON.parse(message) as Message);
    };
    this.browser.on('Target.receivedMessageFromTarget', onEvent);
    return onEvent;
  }

  /** As the session of the browser is for this target, so this target is for its workers. */
  #asSession(): Session {
    const listeners = new Map<(event: MessageEvent) => void, (event: MessageEvent) => void>();
    return {
      send: (method, params) => this.send(method, params),
      on: (_event, listener) => {
        const forward = this.#onMessage(({ method, params }) => {
          if (method === 'Target.receivedMessageFromTarget') listener(params as MessageEvent);
        });
        listeners.set(listener, forward);
      },
      off: (_event, listener) => {
        const forward = listeners.get(listener);
        if (forward) this.browser.off('Target.receivedMessageFromTarget', forward);
        listeners.delete(listener);
      },
    };
  }

  async detach(): Promise<void> {
    await this.browser.send('Target.detachFromTarget', { sessionId: this.sessionId });
  }
}
