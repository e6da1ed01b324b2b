import { describe, expect, it } from 'vitest';
import type { Endpoint, ISocketFactory, IUdpSocket } from '../../src/interfaces/socket.js';
import { expectCode, inWorld, pattern, settle, type ComplianceHarness, type HarnessFactory } from './harness.js';

export interface UdpHarness extends ComplianceHarness {
  /** The subject. */
  readonly local: ISocketFactory;
  /** What it talks to; may be the same factory. */
  readonly remote: ISocketFactory;
  /** The addresses under which the two reach each other. */
  readonly localHost: string;
  readonly remoteHost: string;
}

/** Administratively scoped (RFC 2365); what the test sends stays on its interface. */
const GROUP = '239.255.77.77';

interface Datagram {
  readonly data: Uint8Array;
  readonly from: Endpoint;
}

function record(socket: IUdpSocket): Datagram[] {
  const datagrams: Datagram[] = [];
  socket.setHandlers({
    onMessage: (data, from) => datagrams.push({ data: new Uint8Array(data), from }),
    onClose: () => undefined,
  });
  return datagrams;
}

/** What an {@link ISocketFactory} promises about UDP. */
export function describeUdpSockets(name: string, createHarness: HarnessFactory<UdpHarness>): void {
  const test = (title: string, body: (harness: UdpHarness) => Promise<void>): void => {
    it(title, { timeout: 30_000 }, inWorld(createHarness, body));
  };
  const bindPair = async (harness: UdpHarness): Promise<[IUdpSocket, IUdpSocket]> => [
    await settle(harness, harness.local.bindUdp({ port: 0 })),
    await settle(harness, harness.remote.bindUdp({ port: 0 })),
  ];

  describe(`${name}: UDP`, () => {
    test('datagrams keep their borders and say where they come from', async (harness) => {
      const [local, remote] = await bindPair(harness);
      const [atLocal, atRemote] = [record(local), record(remote)];
      for (const length of [1, 0, 1400, 9000]) {
        local.send(pattern(length), { host: harness.remoteHost, port: remote.localEndpoint.port });
      }
      await harness.waitFor(() => atRemote.length === 4);
      expect(atRemote.map(({ data }) => data)).toEqual([1, 0, 1400, 9000].map((length) => pattern(length)));
      const from = { host: harness.localHost, port: local.localEndpoint.port };
      expect(atRemote[0]?.from).toEqual(from);
      remote.send(pattern(20), from);
      await harness.waitFor(() => atLocal.length === 1);
      expect(atLocal[0]).toEqual({
        data: pattern(20),
        from: { host: harness.remoteHost, port: remote.localEndpoint.port },
      });
    });

    test('a datagram that cannot be sent is dropped without a word', async (harness) => {
      const [local, remote] = await bindPair(harness);
      const [atLocal, atRemote] = [record(local), record(remote)];
      const unused = await settle(harness, harness.remote.bindUdp({ port: 0 }));
      unused.close();
      const to = { host: harness.remoteHost, port: remote.localEndpoint.port };
      local.send(pattern(65_508), to);
      local.send(pattern(10), { host: harness.remoteHost, port: unused.localEndpoint.port });
      local.send(pattern(30), to);
      await harness.waitFor(() => atRemote.length > 0);
      expect(atRemote.map(({ data }) => data.byteLength)).toEqual([30]);
      remote.send(pattern(40), { host: harness.localHost, port: local.localEndpoint.port });
      await harness.waitFor(() => atLocal.length > 0);
      expect(atLocal.map(({ data }) => data.byteLength)).toEqual([40]);
    });

    test('an address stands for itself, in its own family, and a name that nobody has for nothing', async (harness) => {
      const { local, remoteHost } = harness;
      const resolve = (host: string, family?: 4 | 6) => local.resolve(host, { family, isAnnounce: true });
      expect(await settle(harness, resolve(remoteHost))).toEqual([remoteHost]);
      expect(await settle(harness, resolve(remoteHost, 4))).toEqual([remoteHost]);
      await expectCode(harness, resolve(remoteHost, 6), 'dns');
      // No name is that long, so nobody is asked.
      await expectCode(harness, resolve(`${'x'.repeat(64)}.example`), 'dns');
    });

    test('a taken port is refused, and free again after close', async (harness) => {
      const first = await settle(harness, harness.local.bindUdp({ port: 0 }));
      const { port } = first.localEndpoint;
      expect(port).toBeGreaterThan(0);
      await expectCode(harness, harness.local.bindUdp({ port }), 'address-in-use');
      first.close();
      let again: IUdpSocket | undefined;
      while (!again)
        again = await settle(
          harness,
          harness.local.bindUdp({ port }).catch(() => undefined),
        );
      expect(again.localEndpoint.port).toBe(port);
      again.close();
    });

    test('members of a multicast group share its port, and each gets what any of them sends', async (harness) => {
      const join = (factory: ISocketFactory, host: string, port: number) =>
        settle(harness, factory.bindUdp({ port, host, multicastGroup: GROUP }));
      const local = await join(harness.local, harness.localHost, 0);
      const { port } = local.localEndpoint;
      const remote = await join(harness.remote, harness.remoteHost, port);
      const [atLocal, atRemote] = [record(local), record(remote)];
      local.send(pattern(100), { host: GROUP, port });
      await harness.waitFor(() => atRemote.length === 1 && atLocal.length === 1);
      expect(atRemote).toEqual([{ data: pattern(100), from: { host: harness.localHost, port } }]);
      local.close();
      remote.send(pattern(50), { host: GROUP, port });
      await harness.waitFor(() => atRemote.length === 2);
      expect(atLocal).toHaveLength(1);
    });

    test('a bind with an aborted signal is aborted', async (harness) => {
      await expectCode(harness, harness.local.bindUdp({ port: 0, signal: AbortSignal.abort() }), 'aborted');
    });

    test('close is silent and idempotent', async (harness) => {
      const [local, remote] = await bindPair(harness);
      const atLocal = record(local);
      const to = { host: harness.localHost, port: local.localEndpoint.port };
      local.close();
      local.close();
      local.send(pattern(1), to);
      remote.send(pattern(1), to);
      const [witness, sender] = await bindPair(harness);
      const atWitness = record(witness);
      sender.send(pattern(2), { host: harness.localHost, port: witness.localEndpoint.port });
      await harness.waitFor(() => atWitness.length === 1);
      expect(atLocal).toEqual([]);
    });
  });
}
