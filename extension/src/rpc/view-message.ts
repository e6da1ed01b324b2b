import type { ViewMessage } from './types.js';

/** The envelope of a message from a view, or undefined when it is none of ours. Parameters are the handlers' to read. */
export function parseViewMessage(raw: unknown): ViewMessage | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { type, id, method, params, torrentId } = raw as Record<string, unknown>;
  switch (type) {
    case 'request':
      if (typeof id !== 'number' || typeof method !== 'string') return undefined;
      return { type, id, method, params };
    case 'subscribeDetails':
      return typeof torrentId === 'string' ? { type, torrentId } : undefined;
    case 'subscribeList':
    case 'unsubscribeList':
    case 'unsubscribeDetails':
      return { type };
    default:
      return undefined;
  }
}
