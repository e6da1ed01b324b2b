export { FileSessionStore } from './file-session-store.js';
export { freeBytes } from './free-bytes.js';
export type { NameLookup } from './name-lookup.js';
export { NodeClock } from './node-clock.js';
export { NodeFileHandle, NodeFileSystem } from './node-filesystem.js';
export { NodeHasher } from './node-hasher.js';
export { type HttpHop, NodeHttpClient, type NodeHttpClientOptions } from './node-http-client.js';
export { NodeRandom } from './node-random.js';
export { NodeSocketFactory, NodeTcpSocket, NodeUdpSocket } from './node-socket.js';
