import type { UploadRequest } from '../../src/core/upload-queue.js';
import type { ISocketFactory, ITcpSocket } from '../../src/interfaces/socket.js';
import type { Handshake } from '../../src/protocol/handshake.js';
import type { WireMessage } from '../../src/protocol/wire-message.js';
import { PeerWireProtocol } from '../../src/protocol/wire-protocol.js';
import { concatBytes, fromHex } from '../../src/utils/bytes.js';
import type { VirtualClock } from '../mocks/index.js';
import type { SampleTorrent } from './virtual-swarm.js';

const RESERVED = PeerWireProtocol.encodeReserved({ extensionProtocol: true, fast: true, dht: false });

/** What a scripted peer does; it does nothing by itself. */
export interface WireScript {
  /** The other side's handshake came. */
  onHandshake?(peer: WirePeer): void;
  onMessage?(peer: WirePeer, message: WireMessage): void;
}

/** A peer that speaks the wire but has no mind of its own: tests say every byte. */
export class WirePeer {
  readonly messages: WireMessage[] = [];
  handshake: Handshake | undefined;
  isClosed = false;
  #unparsed: Uint8Array = new Uint8Array(0);

  constructor(
    readonly socket: ITcpSocket,
    script: WireScript = {},
  ) {
    socket.setHandlers({
      onData: (data) => {
        this.#unparsed = concatBytes([this.#unparsed, data]);
        if (!this.handshake) {
          this.handshake = PeerWireProtocol.parseHandshake(this.#unparsed);
          if (!this.handshake) return;
          this.#unparsed = this.#unparsed.slice(PeerWireProtocol.HANDSHAKE_BYTES);
          script.onHandshake?.(this);
        }
        const { messages, consumed } = PeerWireProtocol.parse(this.#unparsed);
        this.#unparsed = this.#unparsed.slice(consumed);
        for (const message of messages) {
          this.messages.push(message);
          script.onMessage?.(this, message);
        }
      },
      onClose: () => {
        this.isClosed = true;
      },
    });
  }

  /** Dials a client and waits for the connection, not for any handshake. */
  static async dial(
    clock: VirtualClock,
    host: ISocketFactory,
    target: { readonly ip: string; readonly port: number | undefined },
    script?: WireScript,
  ): Promise<WirePeer> {
    const socket = host.createTcpSocket();
    await clock.settle(socket.connect(target.ip, target.port ?? 0));
    return new WirePeer(socket, script);
  }

  /** Takes connections at `port` and runs the script on each. */
  static async listen(clock: VirtualClock, host: ISocketFactory, port: number, script: WireScript): Promise<void> {
    const server = await clock.settle(host.listenTcp({ port }));
    server.setHandlers({
      onConnection: (socket) => {
        new WirePeer(socket, script);
      },
      onClose: () => undefined,
    });
  }

  /** All messages so far of one type. */
  got<Type extends WireMessage['type']>(type: Type): (WireMessage & { readonly type: Type })[] {
    return this.messages.filter((message): message is WireMessage & { readonly type: Type } => message.type === type);
  }

  shake(sample: SampleTorrent, name: string): void {
    this.socket.send(PeerWireProtocol.encodeHandshake(handshakeOf(sample, name)));
  }

  send(...messages: WireMessage[]): void {
    for (const message of messages) this.socket.send(PeerWireProtocol.encode(message));
  }

  sendRaw(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }
}

export function handshakeOf(sample: SampleTorrent, name: string): Handshake {
  return {
    infoHash: fromHex(sample.id) as Uint8Array,
    peerId: new TextEncoder().encode(name.padEnd(20, '.').slice(0, 20)),
    reserved: RESERVED,
  };
}

/** A script of a peer that says it has everything, lets everybody download, and answers each request as `answer` says. */
export function seedScript(
  sample: SampleTorrent,
  name: string,
  answer: (peer: WirePeer, request: UploadRequest) => void,
): WireScript {
  return {
    onHandshake: (peer) => {
      peer.shake(sample, name);
      peer.send({ type: 'have-all' }, { type: 'unchoke' });
    },
    onMessage: (peer, message) => {
      if (message.type === 'request') answer(peer, message);
    },
  };
}

/** The true bytes of a block. */
export function blockOf(sample: SampleTorrent, { index, begin, length }: UploadRequest): Uint8Array {
  const start = index * sample.pieceLength + begin;
  return concatBytes([...sample.files.values()]).slice(start, start + length);
}
