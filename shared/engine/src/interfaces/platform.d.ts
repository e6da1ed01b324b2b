/**
 * What every host of the engine has (Node, a page, a worker) and the ECMAScript library does not declare.
 * Kept to the members the engine uses; host projects see their own, complete declarations instead of this file.
 */

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController };

declare class TextEncoder {
  encode(text?: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array): string;
}

declare class URLSearchParams implements Iterable<[string, string]> {
  get(name: string): string | null;
  getAll(name: string): string[];
  [Symbol.iterator](): IterableIterator<[string, string]>;
}
declare class URL {
  constructor(url: string, base?: string);
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly host: string;
  readonly pathname: string;
  search: string;
  readonly searchParams: URLSearchParams;
  readonly href: string;
  toString(): string;
}

declare function queueMicrotask(callback: () => void): void;
