import { parseEndpoint, parseOne, parsePort } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { NETWORK_OPTIONS, NETWORK_USAGE, networkSettings } from '../network-options.js';
import { RATE_OPTIONS, RATE_USAGE, rateSettings } from '../rate-options.js';
import { readSource } from '../source.js';
import { transfer } from '../transfer.js';

export const download: Command = {
  usage: `download <magnet|.torrent|URL> --out DIR [--peer IP:PORT]... [--port N] [--seed] ${RATE_USAGE} ${NETWORK_USAGE} [--json] [--verbose]`,
  run: async (host, args) => {
    const { values, positional } = parseOne(
      args,
      {
        out: { type: 'string' },
        peer: { type: 'string', multiple: true, default: [] },
        port: { type: 'string' },
        seed: { type: 'boolean', default: false },
        ...RATE_OPTIONS,
        ...NETWORK_OPTIONS,
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
      },
      'magnet link, .torrent file or URL of one',
    );
    if (values.out === undefined) throw new CliError('usage', '--out DIR is missing');
    await transfer(host, {
      source: await readSource(host, positional, { allowLocal: values['allow-local'] }),
      folder: values.out,
      peers: values.peer.map(parseEndpoint),
      port: values.port === undefined ? undefined : parsePort(values.port),
      network: networkSettings(values),
      rates: rateSettings(values),
      isSuperSeeding: false,
      goal: values.seed ? 'download-and-seed' : 'download',
      isJson: values.json,
      isVerbose: values.verbose,
    });
  },
};
