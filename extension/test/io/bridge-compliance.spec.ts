import type { HttpRequest } from '@jstorrent/engine';
import {
  describeHttpClient,
  describeTcpSockets,
  describeUdpSockets,
  openSilentEndpoint,
  type SilentEndpoint,
  type TcpHarness,
  waitForReal,
} from '@jstorrent/engine/compliance';
import { describe, expect, it } from 'vitest';
import { BridgeHttpClient } from '../../src/io/bridge-http.js';
import { Sockets } from '../../src/lib/sockets.js';
import { HelperProcess } from './helper-process.js';

async function bridgeSockets(): Promise<TcpHarness> {
  const helper = await HelperProcess.start();
  const sockets = new Sockets(() => helper.session);
  const silent: SilentEndpoint[] = [];
  return {
    local: sockets,
    remote: sockets,
    localHost: '127.0.0.1',
    remoteHost: '127.0.0.1',
    // The kernel's buffers, and the credit of both directions.
    unreadBoundBytes: 32 * 1024 * 1024,
    silentEndpoint: async () => {
      const endpoint = await openSilentEndpoint();
      silent.push(endpoint);
      return endpoint;
    },
    waitFor: waitForReal,
    close: async () => {
      await helper.kill();
      await Promise.all(silent.map((endpoint) => endpoint.close()));
    },
  };
}

describeTcpSockets('Bridge', bridgeSockets);
describeUdpSockets('Bridge', bridgeSockets);

describeHttpClient('Bridge', async () => {
  const helper = await HelperProcess.start();
  const client = new BridgeHttpClient(() => helper.session);
  return {
    waitFor: waitForReal,
    close: () => helper.kill(),
    createClient: ({ blockedAddresses }) => {
      // The helper knows scopes, not single addresses: with loopback blocked, only announces may go there.
      helper.session.setNetworkPolicy({ allowLoopback: blockedAddresses.length === 0, allowLan: false });
      const asAnnounce = (request: HttpRequest) => ({ ...request, url: request.url.replace(/\/x$/, '/announce') });
      return { get: (request) => client.get(asAnnounce(request)) };
    },
  };
});

describe('hostile 47: kill -9 of the helper', () => {
  it('ends every socket with bridge-lost', async () => {
    const helper = await HelperProcess.start();
    const sockets = new Sockets(() => helper.session);
    const server = await sockets.listenTcp({ port: 0, host: '127.0.0.1' });
    const lost: (string | undefined)[] = [];
    server.setHandlers({ onConnection: () => undefined, onClose: (error) => lost.push(error?.code) });
    const socket = sockets.createTcpSocket();
    await socket.connect('127.0.0.1', server.localEndpoint.port);
    socket.setHandlers({ onData: () => undefined, onClose: (error) => lost.push(error?.code) });
    await helper.kill();
    await waitForReal(() => lost.length === 2);
    expect(lost).toEqual(['bridge-lost', 'bridge-lost']);
  });
});
