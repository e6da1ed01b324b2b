import type { IClock } from '../../src/interfaces/clock.js';
import type { IRandom } from '../../src/interfaces/random.js';
import { Downlink } from './virtual-link.js';
import type { VirtualPath } from './virtual-pipe.js';
import { VirtualHost, type HostNetwork, type PathOptions, type VirtualHostOptions } from './virtual-host.js';

const MAX_SEGMENT_BYTES = 32 * 1024;
const MIN_SEGMENT_BYTES = 1448;
/** A segment takes at most so long at the slower end. */
const SEGMENT_SECONDS = 0.05;
const MAX_WINDOW_BYTES = 256 * 1024;
const MIN_WINDOW_BYTES = 16 * 1024;
/** A window holds so much of the slower end's rate: enough to keep it busy, no more queueing than that. */
const WINDOW_SECONDS = 0.5;
/** Losses are drawn to this grain. */
const LOSS_GRAIN = 1_000_000;

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, Math.floor(value)));

/**
 * A network of hosts with addresses, rates, delays and losses, on an injected clock. TCP is modelled by segments of up to 32 KiB that
 * share a host's uplink in turns and queue at the downlink, with a bounded window; window updates and packet headers are free.
 */
export class VirtualNetwork {
  readonly #clock: IClock;
  readonly #random: IRandom;
  /** By each of their addresses. */
  readonly #hosts = new Map<string, VirtualHost>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #freeBuffers: Uint8Array[] = [];
  readonly #onHeal: (() => void)[] = [];
  #cuts: { readonly a: ReadonlySet<VirtualHost>; readonly b: ReadonlySet<VirtualHost> }[] = [];

  constructor(options: { readonly clock: IClock; readonly random: IRandom }) {
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Adds a host. */
  host(ip: string, options: VirtualHostOptions = {}): VirtualHost {
    const network: HostNetwork = {
      clock: this.#clock,
      find: (address) => this.#hosts.get(address),
      hosts: () => new Set(this.#hosts.values()),
      resolve: (name) => this.#names.get(name) ?? (/^[\d.]+$|:/.test(name) ? [name] : []),
      path: (source, target, from) => this.#path(source, target, from),
    };
    const host = new VirtualHost(ip, network, options);
    for (const address of host.ips) {
      if (this.#hosts.has(address)) throw new Error(`there is a host at ${address} already`);
      this.#hosts.set(address, host);
    }
    return host;
  }

  /** Says what a name stands for from now on. */
  name(name: string, addresses: readonly string[]): void {
    this.#names.set(name, addresses);
  }

  /** Cuts every way between the two groups: dials and datagrams are lost, connections stall until {@link heal}. */
  partition(a: readonly VirtualHost[], b: readonly VirtualHost[]): void {
    this.#cuts.push({ a: new Set(a), b: new Set(b) });
  }

  /** Undoes every partition; what was stalled goes on. */
  heal(): void {
    this.#cuts = [];
    for (const resume of this.#onHeal.splice(0)) this.#clock.setTimer(0, resume);
  }

  #isOpen(source: VirtualHost, target: VirtualHost): boolean {
    if (source === target) return true;
    if (!source.online || !target.online) return false;
    return !this.#cuts.some(({ a, b }) => (a.has(source) && b.has(target)) || (a.has(target) && b.has(source)));
  }

  #path(source: VirtualHost, target: VirtualHost | undefined, from: PathOptions): VirtualPath {
    const isLocal = source === target;
    const bytesPerSecond = Math.min(source.uplinkBytesPerSecond, target?.downlinkBytesPerSecond ?? Infinity);
    const lossRate = isLocal ? 0 : 1 - (1 - source.lossRate) * (1 - (target?.lossRate ?? 0));
    return {
      clock: this.#clock,
      sourceIp: source.sourceIp(from),
      uplink: source.uplink,
      downlink: target?.downlink ?? new Downlink(this.#clock, Infinity),
      latencyMs: isLocal ? 0 : source.latencyMs + (target?.latencyMs ?? 0),
      segmentBytes: clamp(bytesPerSecond * SEGMENT_SECONDS, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES),
      windowBytes: clamp(bytesPerSecond * WINDOW_SECONDS, MIN_WINDOW_BYTES, MAX_WINDOW_BYTES),
      loses: () => lossRate > 0 && this.#random.integer(LOSS_GRAIN) < lossRate * LOSS_GRAIN,
      isOpen: () => target !== undefined && this.#isOpen(source, target),
      whenReopened: (callback) => void this.#onHeal.push(callback),
      takeBuffer: () => this.#freeBuffers.pop() ?? new Uint8Array(MAX_SEGMENT_BYTES),
      giveBuffer: (buffer) => void this.#freeBuffers.push(buffer),
    };
  }
}
