import { NetworkNamespace } from './network-namespace.js';

const BRIDGE = 'lan';
/** Of hosts: the network's first address is nobody's. */
const FIRST_HOST = 2;

/** One computer on a {@link Lan}, with addresses of its own. */
export interface LanHost {
  /** IPv4, 10.77.0.x; of a host with IPv6 alone it leads nowhere. */
  readonly address: string;
  /** IPv6, fd77::x, or a global one: 2001:db8:77::x. */
  readonly address6: string;
  readonly namespace: NetworkNamespace;
}

/**
 * A LAN on this machine (Linux): hosts that reach each other, by multicast too, and nothing else. Each is a network namespace with one
 * Ethernet interface, on a bridge in one more namespace.
 */
export class Lan {
  readonly #bridge: NetworkNamespace;
  readonly #hosts: LanHost[] = [];

  private constructor(bridge: NetworkNamespace) {
    this.#bridge = bridge;
  }

  static async open(): Promise<Lan> {
    const bridge = await NetworkNamespace.create();
    // Without snooping every multicast goes to everybody, as from a plain switch.
    await bridge.configure(`ip link add ${BRIDGE} type bridge mcast_snooping 0\nip link set ${BRIDGE} up`);
    return new Lan(bridge);
  }

  /** Plugs in a new host, `hasGlobalIPv6Alone` with no other address than one of those that the whole internet reaches. */
  async host({ hasGlobalIPv6Alone = false } = {}): Promise<LanHost> {
    const number = FIRST_HOST + this.#hosts.length;
    const namespace = await NetworkNamespace.create(this.#bridge);
    const prefix6 = hasGlobalIPv6Alone ? '2001:db8:77' : 'fd77';
    const host = { address: `10.77.0.${number}`, address6: `${prefix6}::${number.toString(16)}`, namespace };
    this.#hosts.push(host);
    await this.#bridge.configure(
      [
        `ip link add port${number} type veth peer name lan0 netns ${namespace.pid}`,
        `ip link set port${number} master ${BRIDGE} up`,
      ].join('\n'),
    );
    await namespace.configure(
      [
        // Addresses are ready at once when nobody looks for a second owner of them.
        'echo 0 > /proc/sys/net/ipv6/conf/lan0/accept_dad',
        'ip link set lo up',
        ...(hasGlobalIPv6Alone ? [] : [`ip address add ${host.address}/24 dev lan0`]),
        `ip address add ${host.address6}/64 dev lan0 nodad`,
        'ip link set lan0 up',
        // As to a router that is not there: multicast needs a way out, and what goes to other networks is lost.
        `ip ${hasGlobalIPv6Alone ? '-6 ' : ''}route add default dev lan0`,
      ].join('\n'),
    );
    return host;
  }

  async stop(): Promise<void> {
    for (const { namespace } of this.#hosts) await namespace.stop();
    await this.#bridge.stop();
  }
}
