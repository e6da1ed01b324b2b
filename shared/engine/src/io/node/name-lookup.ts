import { promises as dns, type LookupAddress } from 'node:dns';

/** Finds all addresses of a name, best first, or those of one family. Rejects where there is none, with an error of `node:dns`. */
export type NameLookup = (name: string, family: 4 | 6 | undefined) => Promise<readonly LookupAddress[]>;

/** As the system resolves names. */
export const systemLookup: NameLookup = (name, family) => dns.lookup(name, { all: true, family: family ?? 0 });
