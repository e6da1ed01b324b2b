/** What a decoder returns. An integer is a bigint only where a number would lose digits. */
export type BencodeValue = number | bigint | Uint8Array | readonly BencodeValue[] | BencodeDictionary;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 text of a byte string, with U+FFFD for what is not UTF-8; undefined for any other value. */
export function textOf(value: BencodeValue | undefined): string | undefined {
  return value instanceof Uint8Array ? utf8.decode(value) : undefined;
}

/**
 * A decoded dictionary. Keys are byte strings, given as text of one character a byte (so ASCII reads as itself). Of a repeated key the
 * first occurrence counts. The getters answer undefined when the key is missing or its value is of another kind.
 */
export class BencodeDictionary {
  readonly #values: readonly BencodeValue[];
  readonly #source: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(
    /** In the order of the document. */
    readonly keys: readonly string[],
    values: readonly BencodeValue[],
    source: Uint8Array,
    start: number,
    end: number,
  ) {
    this.#values = values;
    this.#source = source;
    this.#start = start;
    this.#end = end;
  }

  /** The very bytes it was read from, `d` to `e`: a view into the input. */
  get raw(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end);
  }

  /** Whether the keys are sorted and none is repeated, as BEP 3 demands. */
  get isSorted(): boolean {
    return this.keys.every((key, index) => index === 0 || (this.keys[index - 1] as string) < key);
  }

  /** Takes time in proportion to the number of keys. */
  get(key: string): BencodeValue | undefined {
    const index = this.keys.indexOf(key);
    return index < 0 ? undefined : this.#values[index];
  }

  /** A safe integer. */
  getInt(key: string): number | undefined {
    const value = this.get(key);
    return typeof value === 'number' ? value : undefined;
  }

  /** A view into the input. */
  getBytes(key: string): Uint8Array | undefined {
    const value = this.get(key);
    return value instanceof Uint8Array ? value : undefined;
  }

  /** As {@link textOf}. */
  getText(key: string): string | undefined {
    return textOf(this.get(key));
  }

  getList(key: string): readonly BencodeValue[] | undefined {
    const value = this.get(key);
    return isList(value) ? value : undefined;
  }

  getDict(key: string): BencodeDictionary | undefined {
    const value = this.get(key);
    return value instanceof BencodeDictionary ? value : undefined;
  }

  /** All pairs, repeated keys included, in the order of the document. */
  *[Symbol.iterator](): Generator<readonly [string, BencodeValue], void> {
    for (const [index, key] of this.keys.entries()) yield [key, this.#values[index] as BencodeValue];
  }
}

export function isList(value: BencodeValue | undefined): value is readonly BencodeValue[] {
  return Array.isArray(value);
}
