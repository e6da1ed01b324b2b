import { expect, it } from 'vitest';
import { parseOne } from '../../src/cli/arguments.js';
import { NETWORK_OPTIONS, networkSettings } from '../../src/cli/network-options.js';

const settingsOf = (...args: string[]) => networkSettings(parseOne([...args, 'x'], NETWORK_OPTIONS, 'thing').values);

it('every way of finding peers is on unless it is switched off by name', () => {
  expect(settingsOf()).toEqual({ allowLocalPeers: false, enableDht: true, enablePex: true, enableLsd: true });
  expect(settingsOf('--dht-bootstrap', '127.0.0.1:1', '--dht-bootstrap', 'node.example:2')).toMatchObject({
    dhtBootstrap: ['127.0.0.1:1', 'node.example:2'],
  });
  expect(settingsOf('--no-lsd', '--allow-local')).toMatchObject({ allowLocalPeers: true, enableLsd: false });
  expect(settingsOf('--no-dht', '--no-pex')).toMatchObject({ enableDht: false, enablePex: false, enableLsd: true });
});
