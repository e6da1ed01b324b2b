import { DEFAULT_SETTINGS } from '../core/settings.js';
import { bootstrapNode } from '../dht/dht-discovery.js';
import type { Endpoint } from '../interfaces/socket.js';
import { CliError } from './cli-error.js';

/** A search in the DHT that is not over after this ends with what it has found. */
export const MAX_DHT_SEARCH_MS = 30_000;

/** The nodes to join the DHT from: those of `--dht-bootstrap`, else those that the product starts from. Throws `CliError`. */
export function dhtNodes(named: readonly string[] = DEFAULT_SETTINGS.dhtBootstrap): readonly Endpoint[] {
  return named.map((text) => {
    const node = bootstrapNode(text);
    if (!node) throw new CliError('usage', `${text} is no DHT node (HOST:PORT)`);
    return node;
  });
}
