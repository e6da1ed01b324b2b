import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/ui/state/redact.js';

const letters = (characters: string, min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(characters)), minLength: min, maxLength: max });

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const hex = (length: number): fc.Arbitrary<string> => letters('0123456789abcdefABCDEF', length, length);
const base32 = letters(`${LOWER.toUpperCase()}234567`, 32, 32);
const secret = letters(`${LOWER}${LOWER.toUpperCase()}0123456789_-`, 8, 60);
const around = fc.constantFrom('', ' ', 'torrent ', 'the tracker said: ', '(', '[', '"', "'", '\n');
const behind = fc.constantFrom('', ' ', ' failed: timeout', ')', ']', '"', '\n', ', and more', ':');

function isGone(of: fc.Arbitrary<string>, place: (secret: string) => string = (text) => text): void {
  fc.assert(
    fc.property(of, around, behind, (text, before, after) => {
      const redacted = redact(before + place(text) + after);
      expect(redacted.toLowerCase()).not.toContain(text.toLowerCase());
      expect(redacted.startsWith(before.trimEnd())).toBe(true);
    }),
  );
}

describe('what is exported has no', () => {
  it('info-hash or other id, in hexadecimal or base32', () => {
    isGone(fc.oneof(hex(40), hex(64), hex(32), base32));
  });

  it('passkey in the address of a tracker, wherever it stands there', () => {
    isGone(secret, (key) => `https://tracker.example/${key}/announce`);
    isGone(secret, (key) => `https://tracker.example:8443/announce.php?uk=${key}&x=1`);
    isGone(secret, (key) => `http://user:${key}@tracker.example/announce`);
    isGone(secret, (key) => `udp://tracker.example:6969/announce?${key}#${key}`);
  });

  it('token or password that is named one', () => {
    for (const name of ['token', 'passkey', 'Password', 'api_key', 'auth', 'secret', 'cookie']) {
      isGone(secret, (value) => `${name}=${value}`);
      isGone(secret, (value) => `"${name}": "${value}"`);
    }
    isGone(secret, (value) => `Authorization: Bearer ${value}`);
  });

  it('magnet link', () => {
    isGone(secret, (name) => `magnet:?xt=urn:btih:1234&dn=${name}`);
  });

  it('address of a peer', () => {
    isGone(fc.ipV4());
    isGone(
      fc.ipV6().filter((ip) => ip !== '::' && ip.split(':').length > 3),
      (ip) => `peer ${ip} left`,
    );
    isGone(fc.ipV4(), (ip) => `${ip}:6881`);
    expect(redact('peer [2001:db8::7]:6881 left')).toBe('peer [<ip>]:6881 left');
    expect(redact('::ffff:203.0.113.7 left')).toBe('<ip> left');
  });

  it('name of the user in a path', () => {
    const name = letters(LOWER, 6, 12).filter((text) => !'removed'.includes(text));
    isGone(name, (user) => `/home/${user}/Downloads/x`);
    isGone(name, (user) => `/Users/${user}/x`);
    isGone(name, (user) => `C:\\Users\\${user}\\AppData`);
    expect(redact('ENOENT: /home/ann/Downloads/x.bin')).toBe('ENOENT: ~/Downloads/x.bin');
  });

  it('name that is known to be private, in the midst of a text and with any signs in it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), around, behind, (name, before, after) => {
        fc.pre(!'<name>'.includes(name));
        expect(redact(`${before} ${name} ${after}`, [name])).not.toContain(` ${name} `);
      }),
    );
    expect(redact('Film and Film 2', ['Film', 'Film 2'])).toBe('<name> and <name>');
  });
});

it('says everything else as it is', () => {
  for (const text of [
    'bridge: helper 0.1.0, fast lane',
    '2026-11-23T12:34:56.789Z info listener: cannot listen on port 51413: address-in-use',
    'version 1.2.3, 12:34:56, 17 MB/s',
    'dht: ignored a message: bad-id',
    '{ "roundTripMs": 1.4, "folders": [] }',
  ]) {
    expect(redact(text)).toBe(text);
  }
  expect(redact('udp://open.example:1337/announce said no')).toBe('udp://open.example:1337/<removed> said no');
});

it('takes any text, and finds nothing more in what it gave', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const once = redact(text);
      expect(redact(once)).toBe(once);
    }),
  );
});
