export * from './memory-filesystem.js';
export * from './memory-hasher.js';
export * from './memory-http-client.js';
export * from './memory-session-store.js';
export * from './seeded-random.js';
export * from './silent-logger.js';
export * from './virtual-clock.js';
export { VirtualHost, type VirtualHostOptions } from './virtual-host.js';
export * from './virtual-network.js';
