import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { HttpError } from '../../interfaces/http.js';
import { errorCode } from './file-errors.js';
import { plainBytes } from './plain-bytes.js';

const decoders = { gzip: promisify(gunzip), zlib: promisify(inflate), raw: promisify(inflateRaw) };

/** Undoes a Content-Encoding (RFC 9110 section 8.4); stops with `too-large` before it holds more than `maxBytes`. */
export async function decodeBody(
  body: Uint8Array,
  { encoding, maxBytes }: { readonly encoding: string; readonly maxBytes: number },
): Promise<Uint8Array> {
  const format = formatOf(encoding.trim().toLowerCase(), body);
  if (format === 'identity' || body.byteLength === 0) return plainBytes(body);
  try {
    // The limit of zlib counts whole output and must be at least 1.
    return plainBytes(await decoders[format](body, { maxOutputLength: Math.max(1, maxBytes) }));
  } catch (error) {
    const isTooLarge = errorCode(error) === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge) throw new HttpError('too-large', `the reply unpacks to over ${maxBytes} bytes`, { cause: error });
    throw new HttpError('bad-response', `the reply is not valid ${encoding}`, { cause: error });
  }
}

function formatOf(encoding: string, body: Uint8Array): 'identity' | keyof typeof decoders {
  switch (encoding) {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'deflate':
      // Some servers leave out the zlib wrapper, whose first byte names the method, 8 (RFC 1950).
      return ((body[0] ?? 0) & 0x0f) === 8 ? 'zlib' : 'raw';
    default:
      throw new HttpError('bad-response', `the reply is packed as ${encoding}, which was not asked for`);
  }
}
