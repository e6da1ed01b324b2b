import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { type HttpRequestMessage, MAX_HTTP_REDIRECTS } from '@jstorrent/bridge-protocol';
import { BridgeFailure } from './close-reason.js';
import type { HttpPool } from './http-pool.js';
import { isAnnouncePath, type NetworkPolicy } from './network-policy.js';

/** A complete reply. */
export interface HttpReply {
  readonly status: number;
  /** Decoded. */
  readonly body: Uint8Array;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Headers that belong to the helper. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'accept-encoding',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** What requests are made with. */
export interface HttpMeans {
  readonly policy: NetworkPolicy;
  /** Without one every request has a connection of its own. */
  readonly pool?: HttpPool;
  readonly signal: AbortSignal;
}

/**
 * Performs a GET as trackers need it: path and query as written, each hop under the network policy after its name was resolved.
 * Rejects with what `closeReason` understands.
 */
export async function httpGet(request: HttpRequestMessage, means: HttpMeans): Promise<HttpReply> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([means.signal, timeout]);
  try {
    return await follow(request, { ...means, signal });
  } catch (error) {
    if (timeout.aborted) throw new BridgeFailure('timeout', `No answer in ${request.timeoutMs} ms`, { cause: error });
    if (isHangUp(error)) throw new BridgeFailure('bad-response', 'The server hung up', { cause: error });
    throw error;
  }
}

async function follow(request: HttpRequestMessage, means: HttpMeans): Promise<HttpReply> {
  let target = parseTarget(request.url);
  for (let redirects = 0; redirects <= MAX_HTTP_REDIRECTS; redirects++) {
    // What is sent is judged, since servers differ in what they make of `..`. A redirect is the choice of a server, so only the settings
    // open private addresses to it.
    const isAnnounce = redirects === 0 && isAnnouncePath(target.path);
    const response = await hop(target, request, { ...means, isAnnounce });
    const status = response.statusCode ?? 0;
    const location = response.headers.location;
    if (!REDIRECTS.has(status) || location === undefined) return { status, body: await readBody(response, request) };
    response.destroy();
    target = parseTarget(location, target.url);
  }
  throw new BridgeFailure('too-many-redirects', `More than ${MAX_HTTP_REDIRECTS} redirects`);
}

interface Target {
  readonly url: URL;
  /** Path and query to send. */
  readonly path: string;
}

/** Connected, and then no whole reply. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function parseTarget(text: string, base?: URL): Target {
  if (/\s/.test(text)) throw new BridgeFailure('bad-url', 'White space cannot be sent');
  let url: URL;
  try {
    url = new URL(text, base);
  } catch (error) {
    throw new BridgeFailure('bad-url', 'Not a URL', { cause: error });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new BridgeFailure('bad-url', `No requests by ${url.protocol}`);
  }
  const written = /^https?:\/\/[^/?#\\\s]+([/?][!-~]*)?$/i.exec(text.replace(/#.*$/s, ''));
  if (!written || text.includes('\\')) return { url, path: url.pathname + url.search };
  const path = written[1] ?? '/';
  return { url, path: path.startsWith('?') ? `/${path}` : path };
}

function hop(
  { url, path }: Target,
  { headers, family }: HttpRequestMessage,
  { policy, pool, signal, isAnnounce }: HttpMeans & { readonly isAnnounce: boolean },
): Promise<http.IncomingMessage> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !policy.allows(host, { isAnnounce })) {
    throw new BridgeFailure('blocked-address', `The network policy blocks ${host}`);
  }
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request({
      host,
      port: url.port,
      path,
      headers: { ...withoutOwnHeaders(headers), host: url.host, 'accept-encoding': 'gzip, deflate' },
      lookup: policy.lookup({ isAnnounce, family }),
      auth: credentialsOf(url),
      agent: pool?.agentFor({ isSecure, isAnnounce, family }) ?? false,
      signal,
    });
    request.once('response', resolve);
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new BridgeFailure('bad-response', 'The server changed the protocol'));
    });
    request.on('error', reject);
    request.end();
  });
}

/** Name and password of a URL that has them (RFC 7617). */
function credentialsOf({ username, password }: URL): string | null {
  return username === '' && password === '' ? null : `${decodedText(username)}:${decodedText(password)}`;
}

function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutOwnHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(entries.filter(([name]) => !OWN_HEADERS.has(name)));
}

async function readBody(response: http.IncomingMessage, { maxBytes }: { maxBytes: number }): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of (await decoded(response)) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BridgeFailure('too-large', `More than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body without its content coding. Leaving the iteration early destroys the response with it. */
async function decoded(response: http.IncomingMessage): Promise<Readable> {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '') return response;
  const ignoreError = () => undefined;
  if (coding === 'gzip' || coding === 'x-gzip') return pipeline(response, createGunzip(), ignoreError);
  if (coding === 'deflate') {
    const inflate = (await hasZlibHeader(response)) ? createInflate() : createInflateRaw();
    return pipeline(response, inflate, ignoreError);
  }
  response.destroy();
  throw new BridgeFailure('bad-response', `Content coding ${coding}`);
}

/** `deflate` means the zlib format (RFC 9110), yet some servers send the bare stream. */
async function hasZlibHeader(response: http.IncomingMessage): Promise<boolean> {
  await new Promise<void>((resolve) => {
    response.once('readable', resolve);
    response.once('close', resolve);
  });
  const start = response.read() as Buffer | null;
  if (!start) return true;
  response.unshift(start);
  const [method = 0, flags = 0] = start;
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}
