/** Real clients and trackers on loopback, for interop specs, the browser's end-to-end specs and the benchmark. */
export { Aria2Peer } from './aria2.js';
export { Lan, type LanHost } from './lan.js';
export { LibtorrentPeer } from './libtorrent.js';
export { hashTree, SAMPLE_FILES, writePayload } from './payload.js';
export { OwnCli } from './own-cli.js';
export { QbittorrentPeer } from './qbittorrent.js';
export type { PeerEndpoint, RealPeer } from './real-peer.js';
export { startBittorrentTracker, startOpentracker } from './trackers.js';
export { TransmissionPeer } from './transmission.js';
export { waitUntil } from './wait-until.js';
export { WebTorrentPeer } from './webtorrent.js';
