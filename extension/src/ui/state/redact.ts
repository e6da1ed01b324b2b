/** What is never in a file that somebody may post in public. The order counts: what a rule puts in is of no interest to the later ones. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\bmagnet:\S*/gi, 'magnet:<removed>'],
  // Trackers know their users by what stands in path, query or before the @; which tracker it is may stay.
  [/\b([a-z][a-z0-9+.-]{0,20}):\/\/(?:[^\s/?#@]*@)?([^\s/?#@"'<>]*)[^\s"'<>]*/gi, '$1://$2/<removed>'],
  [
    /\b((?:pass(?:key|word|wd)?|token|secret|auth(?:orization)?|api[_-]?key|cookie|key)\b["']?\s*[=:]\s*)(?:bearer\s+|basic\s+)?["']?[^\s"',;&<]+/gi,
    '$1<removed>',
  ],
  // The user's own name is in these.
  [/(?:[a-z]:)?([/\\])(?:home|users)\1[^/\\\r\n:"'<>|]+/gi, '~'],
  // Info-hashes, peer ids, node ids and keys: hexadecimal, and base32 as links have it.
  [/(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])/gi, '<hash>'],
  [/(?<![0-9a-z])[a-z2-7]{32}(?![0-9a-z])/gi, '<hash>'],
  [/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g, '<ip>'],
  [/(?<![\w:])(?=[\da-f:]*::|(?:[\da-f]{1,4}:){7})[\da-f:]{2,39}(?:<ip>)?(?:%\w+)?(?![\w:])/gi, '<ip>'],
];

/** Shorter ones would be found inside of other words. */
const MIN_NAME_CHARS = 3;

/**
 * A text without secrets: no tokens or passkeys, info-hashes, magnet links, paths of addresses, IP addresses or home folders, and none of the
 * names given. Host names and ports stay.
 */
export function redact(text: string, names: Iterable<string> = []): string {
  const longestFirst = [...new Set(names)]
    .filter(({ length }) => length >= MIN_NAME_CHARS)
    .sort((a, b) => b.length - a.length);
  const nameless = longestFirst.reduce((rest, name) => rest.replaceAll(name, '<name>'), text);
  return RULES.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), nameless);
}
