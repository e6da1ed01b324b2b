import { parseEndpoint, parseOne, parsePort } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { NETWORK_OPTIONS, NETWORK_USAGE, networkSettings } from '../network-options.js';
import { RATE_OPTIONS, RATE_USAGE, rateSettings } from '../rate-options.js';
import { readSource } from '../source.js';
import { transfer } from '../transfer.js';

export const seed: Command = {
  usage: `seed <.torrent|URL> --from DIR [--peer IP:PORT]... [--port N] [--super-seed] ${RATE_USAGE} ${NETWORK_USAGE} [--json] [--verbose]`,
  run: async (host, args) => {
    const { values, positional } = parseOne(
      args,
      {
        from: { type: 'string' },
        peer: { type: 'string', multiple: true, default: [] },
        port: { type: 'string' },
        'super-seed': { type: 'boolean', default: false },
        ...RATE_OPTIONS,
        ...NETWORK_OPTIONS,
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
      },
      '.torrent file or URL of one',
    );
    if (values.from === undefined) throw new CliError('usage', '--from DIR is missing');
    const source = await readSource(host, positional, { allowLocal: values['allow-local'] });
    if ('magnet' in source) throw new CliError('usage', 'seeding needs a .torrent file, not a magnet link');
    await transfer(host, {
      source,
      folder: values.from,
      peers: values.peer.map(parseEndpoint),
      port: values.port === undefined ? undefined : parsePort(values.port),
      network: networkSettings(values),
      rates: rateSettings(values),
      goal: 'seed',
      isSuperSeeding: values['super-seed'],
      isJson: values.json,
      isVerbose: values.verbose,
    });
  },
};
