import http from 'node:http';
import https from 'node:https';

/** Connections to one server. */
const MAX_SOCKETS_PER_ORIGIN = 128;
/** Connections to all servers, for each of the few kinds of requests. */
const MAX_SOCKETS = 256;

/** What a connection was made for. Another request has it only when the network policy would have judged its address alike. */
interface Purpose {
  readonly isSecure: boolean;
  readonly isAnnounce: boolean;
  readonly family?: 4 | 6 | undefined;
}

/** Connections for many requests at once, kept for the next one. */
export class HttpPool {
  readonly #agents = new Map<string, http.Agent>();

  agentFor({ isSecure, isAnnounce, family }: Purpose): http.Agent {
    const key = `${isSecure} ${isAnnounce} ${family}`;
    const options = { keepAlive: true, maxSockets: MAX_SOCKETS_PER_ORIGIN, maxTotalSockets: MAX_SOCKETS };
    const agent = this.#agents.get(key) ?? (isSecure ? new https.Agent(options) : new http.Agent(options));
    this.#agents.set(key, agent);
    return agent;
  }

  /** Ends all connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }
}
