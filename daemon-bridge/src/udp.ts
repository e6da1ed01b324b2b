import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import {
  type BindRequest,
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
import type { BridgeContext } from './context.js';
import { endpoint, mappedAddress } from './endpoint.js';
import { joinGroup } from './multicast.js';
import type { BridgeSocket } from './socket-table.js';

/** One UDP port of the extension; its queue is the credit, since a datagram socket cannot pause. */
export class UdpSocket implements BridgeSocket {
  readonly kind = 'udp';
  readonly #context: BridgeContext;
  readonly #id: number;
  readonly #request: BindRequest;
  readonly #downCredit = new CreditSender();
  readonly #upCredit = CreditReceiver.forUdp();
  #socket: Socket;
  #isIPv6: boolean;
  #isBound = false;
  /** The extension granted credit: before that nobody reads, so nothing is missed. */
  #isRead = false;
  #dropped = 0;
  #destroyed = false;

  /** Binds; BOUND or CLOSE follows. */
  constructor(context: BridgeContext, id: number, request: BindRequest) {
    this.#context = context;
    this.#id = id;
    this.#request = request;
    const local = request.multicastGroup ?? request.host;
    this.#isIPv6 = local === undefined || isIPv6(local);
    this.#socket = this.#bind();
  }

  handle(opcode: number, payload: Uint8Array): void {
    if (opcode === Opcode.DATAGRAM) this.#send(payload);
    else if (opcode === Opcode.CREDIT) this.#receiveCredit(decodeCredit(payload));
    else throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a UDP socket`);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#socket.close();
  }

  #bind(): Socket {
    const { host, port, multicastGroup } = this.#request;
    const isShared = multicastGroup !== undefined;
    const socket = createSocket({
      type: this.#isIPv6 ? 'udp6' : 'udp4',
      // A group has one socket for each address family on the same port.
      reuseAddr: isShared,
      ipv6Only: isShared && this.#isIPv6,
      // Only literals get here.
      lookup: (address, _options, callback) => process.nextTick(callback, null, address, isIP(address)),
    });
    socket.on('message', (data, from) => this.#onMessage(data, from));
    socket.on('error', (error) => this.#onError(error));
    socket.once('listening', () => this.#onBound());
    const all = this.#isIPv6 ? '::' : '0.0.0.0';
    socket.bind({ port, address: isShared ? all : (host ?? all) });
    return socket;
  }

  #onBound(): void {
    if (this.#destroyed) return;
    const { host, multicastGroup } = this.#request;
    try {
      if (multicastGroup !== undefined) joinGroup(this.#socket, multicastGroup, host);
    } catch (error) {
      this.#onError(error as Error);
      return;
    }
    this.#isBound = true;
    const { address, port } = this.#socket.address();
    const { downlink } = this.#context;
    downlink.write(Opcode.BOUND, this.#id, encodeMessage({ local: endpoint(address, port) }));
    downlink.write(Opcode.CREDIT, this.#id, encodeCredit(this.#upCredit.start()));
  }

  #onError(error: Error): void {
    if (this.#destroyed) return;
    const isWithoutIPv6 = 'code' in error && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL');
    const mayBeIPv4 = this.#request.host === undefined && this.#request.multicastGroup === undefined;
    if (!this.#isBound && mayBeIPv4 && this.#isIPv6 && isWithoutIPv6) {
      this.#socket.close();
      this.#isIPv6 = false;
      this.#socket = this.#bind();
    } else {
      this.#context.sockets.close(this.#id, closeReason(error));
    }
  }

  #onMessage(data: Buffer, from: RemoteInfo): void {
    // Nobody could answer port 0, and a frame cannot name it.
    if (from.port === 0) return;
    const address = encodeDatagramAddress(endpoint(from.address, from.port));
    const bytes = address.length + data.length;
    if (bytes > this.#downCredit.available) {
      if (this.#isRead) this.#dropped++;
      return;
    }
    this.#downCredit.spend(bytes);
    this.#context.downlink.write(Opcode.DATAGRAM, this.#id, address, data);
  }

  #receiveCredit(bytes: number): void {
    this.#downCredit.grant(bytes);
    this.#isRead = true;
    if (this.#dropped === 0) return;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.#dropped);
    this.#dropped = 0;
    this.#context.downlink.write(Opcode.DATAGRAMS_DROPPED, this.#id, count);
  }

  #send(payload: Uint8Array): void {
    this.#upCredit.received(payload.length);
    const { host, port, data } = decodeDatagram(payload);
    // The payload may be the decoder's own buffer, and the kernel may take the datagram later.
    const copy = Buffer.from(data);
    const done = () => this.#sent(payload.length);
    // The extension asks with RESOLVE for what a name stands for, where the network policy has its say.
    if (isIP(host) === 0 || (!this.#isIPv6 && isIPv6(host))) done();
    else this.#socket.send(copy, port, this.#isIPv6 ? mappedAddress(host) : host, done);
  }

  #sent(bytes: number): void {
    const granted = this.#upCredit.consumed(bytes);
    if (granted > 0 && !this.#destroyed) this.#context.downlink.write(Opcode.CREDIT, this.#id, encodeCredit(granted));
  }
}
