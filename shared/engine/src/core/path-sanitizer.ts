/** Longest path element, in UTF-8 bytes; the strictest platform takes 248. */
const MAX_ELEMENT_BYTES = 240;
/** A longer extension is not one, and is cut with the rest. */
const MAX_EXTENSION_BYTES = 32;
const MAX_DUPLICATES = 500;

/** What no platform of ours takes in a name, or what makes a name look like another: separators, controls, bidi marks, lone surrogates. */
const FORBIDDEN = /[/\\:?*|<>"\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
const LEADING_SPACE = /^\s+/u;
const TRAILING_DOTS_AND_SPACE = /[.\s]+$/u;
/** Windows opens a device by these names, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=[\s.]|$)/iu;
/** Chromium refuses them, for opening them runs or loads something. */
const REFUSED_DOT = /\.(?=(?:lnk|scf|url)$)|(?<=^desktop)\.(?=ini$)|(?<=^thumbs)\.(?=db$)/iu;

const encoder = new TextEncoder();

/** More than 500 files of one torrent would have the same name. */
export class TooManyDuplicatesError extends Error {
  override readonly name = 'TooManyDuplicatesError';
  readonly code = 'too-many-duplicates';
}

/**
 * Where the files of a torrent lie: relative paths, safe on every platform, `/` between elements, unique even without regard to case. The
 * files of a multi-file torrent (`files`, the path elements of each) lie in a folder of the torrent's name. The same input gives the same
 * paths, so they need not be stored. Throws {@link TooManyDuplicatesError}.
 */
export function safePaths(torrent: {
  readonly name: string;
  /** Undefined for a torrent of one file, which has the torrent's name. */
  readonly files: readonly (readonly string[])[] | undefined;
}): string[] {
  const root = safeElement(torrent.name);
  if (!torrent.files) return [root];
  const spellings = new Map<string, string>();
  const folders = torrent.files.map((elements) => {
    let folder = root;
    for (const element of elements.slice(0, -1)) {
      // Folders that differ in case only are one, spelled as the first of them.
      const path = `${folder}/${safeElement(element)}`;
      const known = spellings.get(caseless(path));
      if (known === undefined) spellings.set(caseless(path), path);
      folder = known ?? path;
    }
    return folder;
  });
  const taken = new Set(spellings.keys());
  const duplicates = new Map<string, number>();
  return torrent.files.map((elements, index) => {
    const folder = folders[index] as string;
    const name = safeElement(elements.at(-1) ?? '');
    const wanted = caseless(`${folder}/${name}`);
    let path = `${folder}/${name}`;
    for (let count = duplicates.get(wanted) ?? 0; taken.has(caseless(path));) {
      if (++count > MAX_DUPLICATES) throw new TooManyDuplicatesError(`more than ${MAX_DUPLICATES} files named ${name}`);
      duplicates.set(wanted, count);
      path = `${folder}/${numbered(name, count)}`;
    }
    taken.add(caseless(path));
    return path;
  });
}

/** One path element made safe: never empty, `.` or `..`, no separator, at most 240 bytes. Safe names stay as they are. */
export function safeElement(element: string): string {
  const clean = element.replace(FORBIDDEN, '_').replace(DEVICE, '_$&');
  return neutralise(shorten(clean, MAX_ELEMENT_BYTES)) || '_';
}

/** Replaces one character by one, so that it cannot undo the cut before it. */
function neutralise(name: string): string {
  return name
    .replace(LEADING_SPACE, underscores)
    .replace(TRAILING_DOTS_AND_SPACE, underscores)
    .replace(REFUSED_DOT, '_');
}

function underscores(text: string): string {
  return '_'.repeat(text.length);
}

/** `bar.txt` -> `bar.1.txt`. */
export function numbered(name: string, count: number): string {
  const { stem, extension } = split(name);
  const suffix = `.${count}${extension}`;
  return cut(stem, MAX_ELEMENT_BYTES - encoder.encode(suffix).length) + suffix;
}

/** The same for the last element of a path. */
export function numberedPath(path: string, count: number): string {
  const start = path.lastIndexOf('/') + 1;
  return path.slice(0, start) + numbered(path.slice(start), count);
}

/** Cuts the stem, and keeps the extension. */
function shorten(name: string, maxBytes: number): string {
  if (encoder.encode(name).length <= maxBytes) return name;
  const { stem, extension } = split(name);
  return cut(stem, maxBytes - encoder.encode(extension).length) + extension;
}

function split(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || encoder.encode(name.slice(dot)).length > MAX_EXTENSION_BYTES) return { stem: name, extension: '' };
  return { stem: name.slice(0, dot), extension: name.slice(dot) };
}

/** The longest beginning of whole code points in `maxBytes` of UTF-8. */
function cut(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Some file system takes them for the same. */
export function isSameName(a: string, b: string): boolean {
  const visible = (name: string) => name.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return caseless(visible(a)) === caseless(visible(b));
}

/** Equal for names that some file system takes for the same. */
export function caseless(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
