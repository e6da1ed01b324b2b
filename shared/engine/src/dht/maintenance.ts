import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import type { Bootstrap } from './bootstrap.js';
import type { Contacts } from './contacts.js';
import { FRESH_MS, MAINTENANCE_INTERVAL_MS, MAINTENANCE_PINGS } from './limits.js';
import type { Lookup } from './lookup.js';
import { randomIdAt } from './node-id.js';
import type { RoutingTable } from './routing-table.js';

interface MaintenanceOptions {
  readonly clock: IClock;
  readonly random: IRandom;
  readonly contacts: Contacts;
  readonly table: RoutingTable;
  readonly bootstrap: Bootstrap;
  ownId(): Uint8Array;
}

/** Keeps the routing table true with one timer: pings doubtful nodes, refreshes stale buckets, looks for new neighbours (BEP 5). */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  #timer: ITimer | undefined;
  #lookup: Lookup | undefined;
  #neighboursAt: number;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    this.#neighboursAt = options.clock.now();
  }

  start(): void {
    this.#schedule(this.#options.random.integer(MAINTENANCE_INTERVAL_MS));
  }

  close(): void {
    this.#timer?.cancel();
    this.#lookup?.stop();
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      this.#look();
      this.#schedule(MAINTENANCE_INTERVAL_MS);
    });
  }

  #look(): void {
    const { bootstrap, contacts, table } = this.#options;
    bootstrap.check();
    for (let ping = 0; ping < MAINTENANCE_PINGS; ping++) {
      const node = table.takeDoubtful();
      if (!node) break;
      contacts.ask(node, { method: 'ping' });
    }
    const target = this.#lookup ? undefined : this.#nextTarget();
    if (!target) return;
    const onDone = (): void => void (this.#lookup = undefined);
    this.#lookup = contacts.lookup({ target, body: { method: 'find_node', target }, onDone });
  }

  #nextTarget(): Uint8Array | undefined {
    const { clock, random, table } = this.#options;
    if (clock.now() - this.#neighboursAt >= FRESH_MS) {
      this.#neighboursAt = clock.now();
      return this.#options.ownId();
    }
    const bits = table.takeStale();
    return bits === undefined ? undefined : randomIdAt(this.#options.ownId(), bits, random);
  }
}
