import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { pipeline } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { MAX_HTTP_REDIRECTS } from '@jstorrent/bridge-protocol';
import { BridgeFailure } from './close-reason.js';
/** A tracker's path: `/announce`, `/scrape`, with `.php`, with a passkey before or after. Anything more daring is not exempt. */
const ANNOUNCE_PATH = /^\/(?:[\w-]+\/)?(?:announce|scrape)(?:\.php)?(?:\/[\w-]+)?$/;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Headers that belong to the helper. */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'accept-encoding',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
/**
 * Performs a GET as trackers need it: path and query as written, each hop under the network policy after its name was resolved.
 * Rejects with what `closeReason` understands.
 */
export async function httpGet(request, policy, signal) {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  try {
    return await follow(request, policy, either);
  } catch (error) {
    if (timeout.aborted) throw new BridgeFailure('timeout', `No answer in ${request.timeoutMs} ms`, { cause: error });
    throw error;
  }
}
async function follow(request, policy, signal) {
  let target = parseTarget(request.url);
  for (let redirects = 0; redirects <= MAX_HTTP_REDIRECTS; redirects++) {
    // A redirect is the choice of a server, so only the settings open private addresses to it.
    const isAnnounce = redirects === 0 && ANNOUNCE_PATH.test(target.url.pathname);
    const response = await hop(target, request.headers, policy, { isAnnounce, signal });
    const status = response.statusCode ?? 0;
    const location = response.headers.location;
    if (!REDIRECTS.has(status) || location === undefined) return { status, body: await readBody(response, request) };
    response.destroy();
    target = parseTarget(location, target.url);
  }
  throw new BridgeFailure('too-many-redirects', `More than ${MAX_HTTP_REDIRECTS} redirects`);
}
function parseTarget(text, base) {
  let url;
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
function hop({ url, path }, headers, policy, { isAnnounce, signal }) {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !policy.allows(host, { isAnnounce })) {
    throw new BridgeFailure('blocked-address', `The network policy blocks ${host}`);
  }
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request({
      host,
      port: url.port,
      path,
      headers: { ...withoutOwnHeaders(headers), host: url.host, 'accept-encoding': 'gzip, deflate' },
      lookup: policy.lookup({ isAnnounce }),
      agent: false,
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
function withoutOwnHeaders(headers) {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return Object.fromEntries(entries.filter(([name]) => !OWN_HEADERS.has(name)));
}
async function readBody(response, { maxBytes }) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of decoded(response)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BridgeFailure('too-large', `More than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
/** The body without its content coding. Leaving the iteration early destroys the response with it. */
function decoded(response) {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '') return response;
  const ignoreError = () => undefined;
  if (coding === 'gzip' || coding === 'x-gzip') return pipeline(response, createGunzip(), ignoreError);
  if (coding === 'deflate') return pipeline(response, createInflate(), ignoreError);
  response.destroy();
  throw new BridgeFailure('bad-response', `Content coding ${coding}`);
}
//# sourceMappingURL=http.js.map
