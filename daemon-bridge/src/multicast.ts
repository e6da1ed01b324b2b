import type { Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Makes a bound socket a member of `group`. On the interface with the address `host`, which is also sent from then; without one on the
 * system's choice and on every other that takes it. Throws what the system says when there is none at all.
 */
export function joinGroup(socket: Socket, group: string, host: string | undefined): void {
  if (host !== undefined) {
    const [name] = interfaceNames(group, (address) => address === host);
    socket.addMembership(group, name ?? host);
    socket.setMulticastInterface(name ?? host);
    return;
  }
  socket.addMembership(group);
  for (const name of interfaceNames(group, () => true)) {
    try {
      socket.addMembership(group, name);
    } catch {
      // The system's choice is a member already, and not every interface can multicast.
    }
  }
}

/** Interfaces as the calls of dgram want them: by address for IPv4, by zone for IPv6. */
function interfaceNames(group: string, accepts: (address: string) => boolean): string[] {
  const isForIPv4 = isIPv4(group);
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, address }) => (family === 'IPv4') === isForIPv4 && accepts(address))
      .map(({ address }) => (isForIPv4 ? address : `::%${name}`)),
  );
}
