import { expect, it } from 'vitest';
import { describeExchange, describeSources } from '../../src/ui/state/peer-words.js';
import { samplePeer } from '../rpc/samples.js';

it('says everybody who named a peer, and once that it dialled us', () => {
  expect(describeSources(samplePeer({ sources: ['tracker', 'dht', 'pex'] }))).toBe('Tracker, DHT, peer exchange');
  expect(describeSources(samplePeer({ sources: ['lsd'], isIncoming: true }))).toBe('Local network, dialled us');
  expect(describeSources(samplePeer({ sources: ['incoming'], isIncoming: true }))).toBe('Dialled us');
  expect(describeSources(samplePeer({ sources: [] }))).toBe('');
});

it('says what goes on in both directions', () => {
  expect(describeExchange(samplePeer())).toBe('');
  expect(describeExchange(samplePeer({ amInterested: true }))).toBe('makes us wait');
  expect(describeExchange(samplePeer({ amInterested: true, peerChoking: false, peerInterested: true }))).toBe(
    'sends to us, waits for us',
  );
  expect(describeExchange(samplePeer({ amInterested: true, isSnubbed: true, amChoking: false }))).toBe('stalled');
  expect(describeExchange(samplePeer({ amChoking: false, peerInterested: true }))).toBe('gets from us');
});
