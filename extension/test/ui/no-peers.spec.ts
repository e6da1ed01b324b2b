import { describe, expect, it } from 'vitest';
import type { HostStatus, TorrentSnapshot, TrackerSnapshot } from '../../src/rpc/types.js';
import { describeNoPeers } from '../../src/ui/state/no-peers.js';
import { sampleStatus, sampleTorrent, sampleTracker } from '../rpc/samples.js';

interface Situation {
  readonly torrent?: Partial<TorrentSnapshot>;
  readonly trackers?: readonly TrackerSnapshot[];
  readonly bridge?: HostStatus['bridge'];
  /** The DHT is off without it. */
  readonly dhtNodes?: number | 'idle';
}

function reason({ torrent, trackers = [], bridge, dhtNodes }: Situation): string {
  const { client, ...status } = sampleStatus(bridge ? { bridge } : {});
  return describeNoPeers({
    torrent: sampleTorrent({ connectedPeers: 0, knownPeers: 0, ...torrent }),
    trackers,
    status: {
      ...status,
      isDhtEnabled: dhtNodes !== undefined,
      client: { ...client, dhtNodes: dhtNodes === 'idle' ? undefined : dhtNodes },
    },
  });
}

const FAILED = sampleTracker({ status: 'failed', message: 'timed out' });

describe('why nobody is connected', () => {
  it('a paused torrent looks for nobody', () => {
    expect(reason({ torrent: { state: { kind: 'stopped' } } })).toContain('not running');
  });

  it('without the helper nothing else matters', () => {
    expect(reason({ bridge: { kind: 'missing' }, trackers: [FAILED] })).toBe(
      'The helper is not installed, and without it no peer can be reached.',
    );
    expect(reason({ bridge: { kind: 'connecting' } })).toContain('The helper is starting');
  });

  it('known addresses that do not answer', () => {
    expect(reason({ torrent: { knownPeers: 1 }, dhtNodes: 9 })).toBe(
      '1 address is known, but it has not answered so far; JSTorrent keeps trying.',
    );
    expect(reason({ torrent: { knownPeers: 7 }, dhtNodes: 9 })).toContain(
      '7 addresses are known, but none has answered',
    );
  });

  it('trackers that are being asked', () => {
    expect(reason({ trackers: [sampleTracker({ status: 'announcing' }), FAILED] })).toContain('being asked');
  });

  it('trackers that all fail, with what the first of them says and what else is tried', () => {
    const idle = sampleTracker({ url: 'udp://b.example:1', status: 'idle' });
    expect(reason({ trackers: [FAILED, idle] })).toBe('The tracker fails (timed out), and the DHT is off.');
    expect(reason({ trackers: [FAILED, FAILED], dhtNodes: 50 })).toBe(
      'All trackers fail (timed out), and nobody was found in other ways so far.',
    );
    expect(reason({ trackers: [FAILED], torrent: { isPrivate: true }, dhtNodes: 50 })).toContain('private torrent');
  });

  it('private torrents ask their trackers only', () => {
    const isPrivate = { torrent: { isPrivate: true }, dhtNodes: 50 };
    expect(reason(isPrivate)).toContain('has no tracker');
    expect(reason({ ...isPrivate, trackers: [sampleTracker()] })).toContain('only its trackers are asked');
  });

  it('a DHT that is off or has just begun', () => {
    expect(reason({})).toContain('no tracker and the DHT is off');
    expect(reason({ trackers: [sampleTracker()] })).toContain('know nobody who has it now');
    expect(reason({ dhtNodes: 0 })).toContain('not found its network yet');
    expect(reason({ dhtNodes: 'idle' })).toContain('not found its network yet');
  });

  it('everything works and nobody has it', () => {
    expect(reason({ dhtNodes: 200, trackers: [sampleTracker()] })).toBe(
      'Nobody who has it was found so far; the search goes on.',
    );
  });
});
