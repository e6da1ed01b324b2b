import { createSocket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import {
  BridgeProtocolError,
  CreditReceiver,
  CreditSender,
  decodeCredit,
  decodeDatagram,
  encodeCredit,
  encodeDatagramAddress,
  encodeMessage,
  Opcode,
} from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import { endpoint, mappedAddress } from './endpoint.js';
/** One UDP port of the extension; its queue is the credit, since a datagram socket cannot pause. */
export class UdpSocket {
  kind = 'udp';
  #context;
  #id;
  #request;
  #downCredit = new CreditSender();
  #upCredit = CreditReceiver.forUdp();
  #socket;
  #isIPv6;
  #isBound = false;
  #dropped = 0;
  #destroyed = false;
  /** Binds; BOUND or CLOSE follows. */
  constructor(context, id, request) {
    this.#context = context;
    this.#id = id;
    this.#request = request;
    this.#isIPv6 = request.host === undefined || isIPv6(request.host);
    this.#socket = this.#bind();
  }
  handle(opcode, payload) {
    if (opcode === Opcode.DATAGRAM) this.#send(payload);
    else if (opcode === Opcode.CREDIT) this.#receiveCredit(decodeCredit(payload));
    else throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a UDP socket`);
  }
  destroy() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#socket.close();
  }
  #bind() {
    const { host, port } = this.#request;
    const socket = createSocket({
      type: this.#isIPv6 ? 'udp6' : 'udp4',
      // Only literals get here: names are resolved in #send, under the network policy.
      lookup: (address, _options, callback) => process.nextTick(callback, null, address, isIP(address)),
    });
    socket.on('message', (data, from) => this.#onMessage(data, from));
    socket.on('error', (error) => this.#onError(error));
    socket.once('listening', () => this.#onBound());
    socket.bind({ port, address: host ?? (this.#isIPv6 ? '::' : '0.0.0.0') });
    return socket;
  }
  #onBound() {
    if (this.#destroyed) return;
    this.#isBound = true;
    const { address, port } = this.#socket.address();
    const { downlink } = this.#context;
    downlink.write(Opcode.BOUND, this.#id, encodeMessage({ local: endpoint(address, port) }));
    downlink.write(Opcode.CREDIT, this.#id, encodeCredit(this.#upCredit.start()));
  }
  #onError(error) {
    if (this.#destroyed) return;
    const isWithoutIPv6 = 'code' in error && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL');
    if (!this.#isBound && this.#request.host === undefined && this.#isIPv6 && isWithoutIPv6) {
      this.#socket.close();
      this.#isIPv6 = false;
      this.#socket = this.#bind();
    } else {
      this.#context.sockets.close(this.#id, closeReason(error));
    }
  }
  #onMessage(data, from) {
    // Nobody could answer port 0, and a frame cannot name it.
    if (from.port === 0) return;
    const address = encodeDatagramAddress(endpoint(from.address, from.port));
    const bytes = address.length + data.length;
    if (bytes > this.#downCredit.available) {
      this.#dropped++;
      return;
    }
    this.#downCredit.spend(bytes);
    this.#context.downlink.write(Opcode.DATAGRAM, this.#id, address, data);
  }
  #receiveCredit(bytes) {
    this.#downCredit.grant(bytes);
    if (this.#dropped === 0) return;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.#dropped);
    this.#dropped = 0;
    this.#context.downlink.write(Opcode.DATAGRAMS_DROPPED, this.#id, count);
  }
  #send(payload) {
    this.#upCredit.received(payload.length);
    const { host, port, data } = decodeDatagram(payload);
    // The payload may be the decoder's own buffer, and the kernel may take the datagram later.
    const copy = Buffer.from(data);
    const done = () => this.#sent(payload.length);
    if (isIP(host) !== 0) {
      this.#transmit(copy, { host, port }, done);
      return;
    }
    this.#context.policy.resolve(host, { isAnnounce: false }).then((addresses) => {
      const usable = addresses.find(({ family }) => this.#isIPv6 || family === 4);
      if (usable) this.#transmit(copy, { host: usable.address, port }, done);
      else done();
    }, done);
  }
  #transmit(data, to, done) {
    if (this.#destroyed) return;
    if (!this.#isIPv6 && isIPv6(to.host)) done();
    else this.#socket.send(data, to.port, this.#isIPv6 ? mappedAddress(to.host) : to.host, done);
  }
  #sent(bytes) {
    const granted = this.#upCredit.consumed(bytes);
    if (granted > 0 && !this.#destroyed) this.#context.downlink.write(Opcode.CREDIT, this.#id, encodeCredit(granted));
  }
}
//# sourceMappingURL=udp.js.map
