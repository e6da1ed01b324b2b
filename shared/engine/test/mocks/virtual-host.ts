import type { IClock } from '../../src/interfaces/clock.js';
import {
  SocketError,
  type BindOptions,
  type BindUdpOptions,
  type Endpoint,
  type ISocketFactory,
  type ITcpServer,
  type ITcpSocket,
  type IUdpSocket,
  type ResolveOptions,
} from '../../src/interfaces/socket.js';
import { Downlink, Uplink } from './virtual-link.js';
import type { VirtualPath } from './virtual-pipe.js';
import { VirtualTcpServer, VirtualTcpSocket, type TcpHost } from './virtual-tcp.js';
import { VirtualUdpSocket, type UdpHost, type UdpRoute } from './virtual-udp.js';

/** How a host hangs on the network. Everything left out is perfect: no limit, no delay, no loss. */
export interface VirtualHostOptions {
  readonly uplinkBytesPerSecond?: number;
  readonly downlinkBytesPerSecond?: number;
  /** From this host to the middle of the network, one way; a path has the sum of its two ends. */
  readonly latencyMs?: number;
  /** 0 to 1: share of packets lost on the way to or from this host. A lost TCP segment comes late, a lost datagram never. */
  readonly lossRate?: number;
  /** A second address, of the other family. */
  readonly secondIp?: string;
}

export interface PathOptions {
  /** The source's address of this family is what the target sees, where it has one. */
  readonly isIpv6: boolean;
}

/** What a host needs from the network. */
export interface HostNetwork {
  readonly clock: IClock;
  find(ip: string): VirtualHost | undefined;
  /** The addresses of a name, or what it says itself when it is an address. */
  resolve(host: string): readonly string[];
  /** Everybody, for multicast: the network is one LAN. */
  hosts(): Iterable<VirtualHost>;
  /** The way from one host to another; `target` undefined stands for an address that never answers. */
  path(source: VirtualHost, target: VirtualHost | undefined, options: PathOptions): VirtualPath;
}

const FIRST_EPHEMERAL_PORT = 49_152;
const LAST_PORT = 65_535;
const WILDCARDS = ['0.0.0.0', '::'];
const LOOPBACK = ['127.0.0.1', '::1'];

const isMulticast = (host: string): boolean => /^(ff|2(2[4-9]|3\d)\.)/i.test(host);
const isIpv6 = (host: string): boolean => host.includes(':');
const isAddress = (host: string): boolean => host.includes(':') || /^\d+(\.\d+){3}$/.test(host);

/** A computer on the virtual network; it is the socket factory of whatever runs there. */
export class VirtualHost implements ISocketFactory {
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly latencyMs: number;
  readonly lossRate: number;
  readonly uplinkBytesPerSecond: number;
  readonly downlinkBytesPerSecond: number;
  /** All addresses. */
  readonly ips: readonly string[];
  readonly #network: HostNetwork;
  readonly #servers = new Map<number, VirtualTcpServer>();
  readonly #udpSockets = new Map<number, VirtualUdpSocket>();
  /** By multicast group; programs of one host share the ports of these. */
  readonly #groups = new Map<string, Set<VirtualUdpSocket>>();
  readonly #tcpSockets = new Set<VirtualTcpSocket>();
  #nextPort = FIRST_EPHEMERAL_PORT;
  #online = true;

  constructor(
    readonly ip: string,
    network: HostNetwork,
    options: VirtualHostOptions,
  ) {
    this.#network = network;
    this.ips = options.secondIp === undefined ? [ip] : [ip, options.secondIp];
    this.latencyMs = options.latencyMs ?? 0;
    this.lossRate = options.lossRate ?? 0;
    this.uplinkBytesPerSecond = options.uplinkBytesPerSecond ?? Infinity;
    this.downlinkBytesPerSecond = options.downlinkBytesPerSecond ?? Infinity;
    this.uplink = new Uplink(network.clock, this.uplinkBytesPerSecond);
    this.downlink = new Downlink(network.clock, this.downlinkBytesPerSecond);
  }

  /** False after {@link powerOff}. */
  get online(): boolean {
    return this.#online;
  }

  createTcpSocket(): ITcpSocket {
    return this.#createTcpSocket();
  }

  listenTcp(options: BindOptions): Promise<ITcpServer> {
    return this.#bind(options, this.#servers, (endpoint, onClosed) => {
      return new VirtualTcpServer(endpoint, { createSocket: () => this.#createTcpSocket(), onClosed });
    });
  }

  bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    if (options.multicastGroup !== undefined) return this.#join(options, options.multicastGroup);
    return this.#bind(options, this.#udpSockets, (endpoint, onClosed) => {
      return new VirtualUdpSocket(endpoint, { host: this.#udpHost, onClosed });
    });
  }

  async resolve(host: string, { family }: ResolveOptions): Promise<readonly string[]> {
    await Promise.resolve();
    const all = this.#network.resolve(host);
    const found = all.filter((address) => family === undefined || isIpv6(address) === (family === 6));
    if (found.length === 0) throw new SocketError('dns', `${host} has no address`);
    return found;
  }

  /** The address that others see when they are reached by IPv6 or by IPv4. */
  sourceIp({ isIpv6: isWanted }: PathOptions): string {
    return this.ips.find((ip) => isIpv6(ip) === isWanted) ?? this.ip;
  }

  /** The server on a port, for a dial that arrives. */
  serverAt(port: number): VirtualTcpServer | undefined {
    return this.#servers.get(port);
  }

  /** A datagram that arrives. */
  receiveDatagram(port: number, data: Uint8Array, from: Endpoint): void {
    this.#udpSockets.get(port)?.receive(data, from);
  }

  /** A datagram that arrives for everybody in `group`. */
  receiveMulticast(group: string, port: number, data: Uint8Array, from: Endpoint): void {
    for (const socket of [...(this.#groups.get(group) ?? [])]) {
      if (socket.localEndpoint.port === port) socket.receive(data, from);
    }
  }

  /** Ends everything here as the operating system does for a killed process: remotes see their connections reset. */
  crash(): void {
    for (const socket of this.#tcpSockets) socket.abort();
    const groups = [...this.#groups.values()].flatMap((sockets) => [...sockets]);
    for (const server of [...this.#servers.values(), ...this.#udpSockets.values(), ...groups]) server.close();
  }

  /** Vanishes for good without a word: remotes get no answer any more and notice by their own time-outs. */
  powerOff(): void {
    this.#online = false;
    this.crash();
  }

  async #bind<T>(
    { port: wanted, host, signal }: BindOptions,
    taken: Map<number, T>,
    create: (endpoint: Endpoint, onClosed: () => void) => T,
  ): Promise<T> {
    await Promise.resolve();
    if (signal?.aborted) throw new SocketError('aborted', 'the bind was aborted');
    const address = host ?? (this.ips.some(isIpv6) ? '::' : '0.0.0.0');
    if (![...this.ips, ...WILDCARDS, ...LOOPBACK].includes(address)) {
      throw new SocketError('unreachable', `${address} is not an address of this host`);
    }
    const port = wanted === 0 ? this.#takePort() : wanted;
    if (taken.has(port)) throw new SocketError('address-in-use', `port ${port} is in use`);
    const bound = create({ host: address, port }, () => {
      if (taken.get(port) === bound) taken.delete(port);
    });
    taken.set(port, bound);
    return bound;
  }

  async #join({ port, host, signal }: BindUdpOptions, group: string): Promise<IUdpSocket> {
    await Promise.resolve();
    if (signal?.aborted) throw new SocketError('aborted', 'the bind was aborted');
    const isOfOurFamily = group.includes(':') === this.ip.includes(':');
    if (!isOfOurFamily || (host !== undefined && host !== this.ip)) {
      throw new SocketError('unreachable', `${group} cannot be joined here`);
    }
    const members = this.#groups.get(group) ?? new Set();
    this.#groups.set(group, members);
    const endpoint = { host: group.includes(':') ? '::' : '0.0.0.0', port: port === 0 ? this.#takePort() : port };
    const socket = new VirtualUdpSocket(endpoint, {
      host: this.#udpHost,
      onClosed: () => void members.delete(socket),
    });
    members.add(socket);
    return socket;
  }

  /** The next port that nobody here listens on. */
  #takePort(): number {
    let port: number;
    do {
      port = this.#nextPort;
      this.#nextPort = port === LAST_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
    } while (this.#servers.has(port) || this.#udpSockets.has(port));
    return port;
  }

  #createTcpSocket(): VirtualTcpSocket {
    return new VirtualTcpSocket(this.#tcpHost);
  }

  #find(host: string): VirtualHost | undefined {
    return LOOPBACK.includes(host) ? this : this.#network.find(host);
  }

  #routesTo(host: string): readonly UdpRoute[] {
    if (isMulticast(host)) {
      return Array.from(this.#network.hosts(), (member) => ({
        path: this.#network.path(this, member, { isIpv6: isIpv6(host) }),
        deliver: (port, data, from) => member.receiveMulticast(host, port, data, from),
      }));
    }
    const path = this.#pathTo(host);
    if (!path) return [];
    return [{ path, deliver: (port, data, from) => this.#find(host)?.receiveDatagram(port, data, from) }];
  }

  #pathTo(host: string): VirtualPath | undefined {
    return isAddress(host) ? this.#network.path(this, this.#find(host), { isIpv6: isIpv6(host) }) : undefined;
  }

  readonly #tcpHost: TcpHost = {
    takePort: () => this.#takePort(),
    path: (host) => this.#pathTo(host),
    pathFrom: (host) => this.#network.path(this.#find(host) ?? this, this, { isIpv6: isIpv6(host) }),
    listenerAt: (host, port) => this.#find(host)?.serverAt(port),
    adopt: (socket) => void this.#tcpSockets.add(socket),
    forget: (socket) => void this.#tcpSockets.delete(socket),
  };

  readonly #udpHost: UdpHost = {
    routes: (host) => this.#routesTo(host),
  };
}
