import { expect, it } from 'vitest';
import type { PeerSnapshot, TorrentSnapshot } from '../../src/rpc/types.js';
import { explain } from '../../src/ui/state/why-slow.js';
import { sampleDetails, samplePeer, sampleStatus, sampleTorrent } from '../rpc/samples.js';

const status = sampleStatus();

interface Case {
  readonly torrent?: Partial<TorrentSnapshot>;
  readonly peers?: readonly PeerSnapshot[];
  readonly status?: Parameters<typeof sampleStatus>[0];
}

function explained({ torrent, peers = [samplePeer()], status: change }: Case): readonly (string | undefined)[] {
  const { text, button } = explain({
    torrent: sampleTorrent({ connectedSeeds: 0, ...torrent }),
    details: sampleDetails({ peers }),
    status: sampleStatus(change),
  });
  return [text, button?.label];
}

const sending = samplePeer({ amInterested: true, peerChoking: false, downloadRate: 500 });

it.each<[string, Case, readonly (string | undefined)[]]>([
  ['paused', { torrent: { state: { kind: 'stopped' } } }, ['It is paused.', 'Resume']],
  [
    'queued',
    { torrent: { state: { kind: 'queued' } } },
    ['It waits for its turn: as many as the settings allow are running.', 'Start now'],
  ],
  [
    'failed',
    { torrent: { state: { kind: 'failed', problem: { code: 'disk-full', message: '' } } } },
    ['The disk is full. Make some room, then resume.', 'Resume'],
  ],
  [
    'without its helper',
    { torrent: { connectedPeers: 0 }, peers: [], status: { bridge: { kind: 'missing' } } },
    ['Waiting for the helper', 'Check again'],
  ],
  [
    'alone',
    { torrent: { connectedPeers: 0, knownPeers: 2 }, peers: [] },
    ['2 addresses are known, but none has answered so far; JSTorrent keeps trying.', 'Look for peers now'],
  ],
  [
    'limited',
    {
      torrent: { downloadRate: 95_000, limits: { ...sampleTorrent().limits, downloadLimitBytesPerSecond: 100_000 } },
      peers: [sending],
    },
    ['Its own limit of 100 kB/s holds it back.', undefined],
  ],
  [
    'slow on purpose',
    { peers: [sending], status: { client: { ...status.client, isTurtleOn: true } } },
    ['Slow mode is on.', 'Turn it off'],
  ],
  [
    'among peers who have nothing new',
    {},
    ['1 peer connected, but none has what is still missing.', 'Look for peers now'],
  ],
  [
    'choked by all',
    { peers: [samplePeer({ amInterested: true }), samplePeer({ amInterested: true })] },
    ['2 peers connected, and all make us wait for our turn; that is usual in the first minutes.', undefined],
  ],
  [
    'let down by those who send',
    { peers: [{ ...sending, isSnubbed: true }, samplePeer()] },
    ['The only peer that sends to us has stalled; others are looked for.', undefined],
  ],
  [
    'not reachable',
    {
      torrent: { downloadRate: 0 },
      peers: [sending],
      status: { client: { ...status.client, listenPort: undefined } },
    },
    ['1 peer connected, but none can reach us: there is no port for incoming connections.', undefined],
  ],
  ['fast', { peers: [sending, samplePeer()] }, ['1 of 2 peers sends to us, 100 kB/s in all.', undefined]],
  [
    'complete',
    { torrent: { state: { kind: 'seeding' }, wantedDoneBytes: 1_000_000, uploadRate: 0 } },
    ['It is complete; 4 peers connected, and nobody wants anything now.', undefined],
  ],
])('a torrent that is %s says so, with the button that helps', (_name, given, expected) => {
  expect(explained(given)).toEqual(expected);
});
