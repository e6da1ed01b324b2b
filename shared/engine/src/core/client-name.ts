/** Names of the two-letter codes of Azureus-style peer ids that are met most. */
const CLIENTS: Readonly<Record<string, string>> = {
  AZ: 'Vuze',
  BC: 'BitComet',
  BI: 'BiglyBT',
  DE: 'Deluge',
  JT: 'JSTorrent',
  KT: 'KTorrent',
  LT: 'libtorrent',
  TR: 'Transmission',
  UT: 'µTorrent',
  UW: 'µTorrent Web',
  WW: 'WebTorrent',
  XL: 'Xunlei',
  lt: 'libTorrent (rTorrent)',
  qB: 'qBittorrent',
};

/** What a peer id (BEP 20) tells of a client: `-qB4500-...` is "qBittorrent 4.5.0". Empty when it tells nothing. */
export function clientNameOf(peerId: Uint8Array): string {
  const text = String.fromCharCode(...peerId.subarray(0, 8));
  const parts = /^-([A-Za-z]{2})([0-9A-Za-z]{4})-$/.exec(text);
  if (!parts) return text.startsWith('A2-') ? 'aria2' : '';
  const name = CLIENTS[parts[1] as string];
  if (!name) return '';
  return `${name} ${versionOf(parts[2] as string)}`;
}

/** Four digits in base 36, the last left out when it is zero. */
function versionOf(digits: string): string {
  const numbers = Array.from(digits, (digit) => parseInt(digit, 36));
  if (numbers[3] === 0) numbers.pop();
  return numbers.join('.');
}

/** Our own peer id: `-JT0100-` and 12 random bytes. `version` is like `0.1.0`. */
export function makePeerId(version: string, random: Uint8Array): Uint8Array {
  const digits = version.split('.').map((part) => Number(part).toString(36).toUpperCase());
  const prefix = `-JT${[0, 1, 2, 3].map((place) => digits[place]?.at(-1) ?? '0').join('')}-`;
  const peerId = new Uint8Array(20);
  peerId.set(new TextEncoder().encode(prefix));
  peerId.set(random.subarray(0, 12), 8);
  return peerId;
}
