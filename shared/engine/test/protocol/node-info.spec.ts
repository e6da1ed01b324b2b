import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCompactNodes, familyOf, parseCompactNodes, type NodeInfo } from '../../src/protocol/node-info.js';
import { formatIp } from '../../src/utils/ip-address.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const port = fc.integer({ min: 1, max: 65535 });
const node = (ipBytes: number): fc.Arbitrary<NodeInfo> =>
  fc.record({ id: bytes(20), ip: bytes(ipBytes), port }).map(({ id, ip, port }) => ({
    id,
    endpoint: { host: formatIp(ip), port },
  }));

describe('compact node info', () => {
  it.each([
    [4, 4, 26],
    [6, 16, 38],
  ] as const)('of IPv%i goes there and back', (family, ipBytes, stride) => {
    const isOfFamily = ({ endpoint }: NodeInfo) => familyOf(endpoint.host) === family;
    fc.assert(
      fc.property(fc.array(node(ipBytes).filter(isOfFamily)), (nodes) => {
        const compact = encodeCompactNodes(nodes);
        expect(compact.length).toBe(nodes.length * stride);
        expect(parseCompactNodes(compact, family)).toEqual(nodes);
      }),
    );
  });

  it('of any other length is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(4 as const, 6 as const), (compact, family) => {
        const isWhole = compact.length % (family === 4 ? 26 : 38) === 0;
        expect(parseCompactNodes(compact, family) !== undefined).toBe(isWhole);
      }),
    );
  });

  it('leaves out nodes with port 0', () => {
    expect(parseCompactNodes(new Uint8Array(26), 4)).toEqual([]);
  });

  it('keeps ids that outlive the buffer they came in', () => {
    const compact = new Uint8Array(26).fill(7);
    const nodes = parseCompactNodes(compact, 4);
    compact.fill(0);
    expect(nodes?.[0]?.id).toEqual(new Uint8Array(20).fill(7));
  });
});
