import { bench, describe } from 'vitest';
import { PeerWireProtocol } from '../../src/protocol/wire-protocol.js';
import { concatBytes } from '../../src/utils/bytes.js';

const REQUESTS = 100;
const BLOCK = 16 * 1024;

describe('the wire codec', () => {
  const burst = new Uint8Array(REQUESTS * PeerWireProtocol.BLOCK_MESSAGE_BYTES);
  let written = 0;
  for (let index = 0; index < REQUESTS; index++) {
    written = PeerWireProtocol.writeRequest(burst, written, index, 0, BLOCK);
  }
  const piece = concatBytes([PeerWireProtocol.encodePieceHeader(7, BLOCK, BLOCK), new Uint8Array(BLOCK)]);

  bench('writes a burst of 100 requests', () => {
    let used = 0;
    for (let index = 0; index < REQUESTS; index++) {
      used = PeerWireProtocol.writeRequest(burst, used, index, 0, BLOCK);
    }
  });

  bench('parses a burst of 100 requests', () => {
    PeerWireProtocol.parse(burst);
  });

  bench('reads the header of a block', () => {
    PeerWireProtocol.parseHeader(piece);
  });
});
