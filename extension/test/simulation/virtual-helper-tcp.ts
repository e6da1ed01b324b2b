import {
  BridgeProtocolError,
  type ConnectRequest,
  CreditBudget,
  CreditReceiver,
  CreditSender,
  decodeCredit,
  encodeCredit,
  encodeMessage,
  Opcode,
} from '@jstorrent/bridge-protocol';
import type { Endpoint, ITcpServer, ITcpSocket } from '@jstorrent/engine';
import type { HelperChannel, HelperTable } from './virtual-helper.js';

/** A connection of the virtual helper: it reads only what the extension granted, and grants what its socket took. */
export class HelperConnection implements HelperChannel {
  readonly #downCredit = new CreditSender();
  readonly #upCredit = CreditReceiver.forTcp(new CreditBudget());
  #isConnected = false;
  #hasHandlers = false;
  /** Bytes that wait in the socket. */
  #queued = 0;
  #excess: Uint8Array[] = [];
  /** What happened behind the bytes that wait for credit. */
  #afterwards: (() => void)[] = [];

  constructor(
    private readonly table: HelperTable,
    private readonly id: number,
    private readonly socket: ITcpSocket,
  ) {}

  static dial(table: HelperTable, id: number, { host, port, timeoutMs }: ConnectRequest): HelperConnection {
    const connection = new HelperConnection(table, id, table.host.createTcpSocket());
    connection.socket.connect(host, port, timeoutMs === undefined ? {} : { timeoutMs }).then(
      () => connection.connected(),
      (error: unknown) => table.fail(id, error),
    );
    return connection;
  }

  /** Tells the extension unless a listener has. */
  connected(options: { readonly isAccepted?: boolean } = {}): void {
    if (this.table.get(this.id) !== this) return;
    this.#isConnected = true;
    if (!options.isAccepted) this.table.write(Opcode.CONNECTED, this.id, encodeMessage(endpointsOf(this.socket)));
    this.table.write(Opcode.CREDIT, this.id, encodeCredit(this.#upCredit.start()));
    this.#read();
  }

  handle(opcode: number, payload: Uint8Array): void {
    if (opcode === Opcode.DATA) this.#send(payload.slice());
    else if (opcode === Opcode.END) this.socket.end();
    else if (opcode === Opcode.CREDIT) {
      this.#downCredit.grant(decodeCredit(payload));
      this.#read();
    } else throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a connection`);
  }

  drop(): void {
    this.socket.close();
  }

  #send(data: Uint8Array): void {
    this.#upCredit.received(data.length);
    this.#queued += data.length;
    if (this.socket.send(data)) this.#onDrain();
  }

  #onDrain(): void {
    const credit = this.#upCredit.consumed(this.#queued);
    this.#queued = 0;
    if (credit > 0) this.table.write(Opcode.CREDIT, this.id, encodeCredit(credit));
  }

  #read(): void {
    if (!this.#isConnected || this.#downCredit.available === 0) return;
    for (const data of this.#excess.splice(0)) this.#onData(data);
    if (this.#excess.length > 0) return;
    for (const event of this.#afterwards.splice(0)) event();
    if (this.#hasHandlers) {
      this.socket.resume();
      return;
    }
    this.#hasHandlers = true;
    this.socket.setHandlers({
      onData: (data) => this.#onData(data),
      onDrain: () => this.#onDrain(),
      onEnd: () => this.#inOrder(() => this.table.write(Opcode.END, this.id)),
      onClose: (error) => this.#inOrder(() => this.table.fail(this.id, error)),
    });
  }

  #onData(data: Uint8Array): void {
    const length = Math.min(data.length, this.#downCredit.available);
    this.#downCredit.spend(length);
    if (length > 0) this.table.write(Opcode.DATA, this.id, data.slice(0, length));
    if (length === data.length) return;
    this.#excess.push(data.slice(length));
    this.socket.pause();
  }

  #inOrder(event: () => void): void {
    if (this.#excess.length > 0) this.#afterwards.push(event);
    else event();
  }
}

/** A port that the virtual helper listens on. */
export class HelperListener implements HelperChannel {
  #server: ITcpServer | undefined;

  constructor(table: HelperTable, id: number, options: { readonly port: number; readonly host?: string }) {
    table.host.listenTcp(options).then(
      (server) => {
        if (table.get(id) !== this) {
          server.close();
          return;
        }
        this.#server = server;
        table.write(Opcode.LISTENING, id, encodeMessage({ local: server.localEndpoint }));
        server.setHandlers({
          onConnection: (socket) => {
            const socketId = table.nextAcceptedId();
            const connection = new HelperConnection(table, socketId, socket);
            table.open(socketId, connection);
            table.write(Opcode.ACCEPTED, id, encodeMessage({ socketId, ...endpointsOf(socket) }));
            connection.connected({ isAccepted: true });
          },
          onClose: (error) => table.fail(id, error),
        });
      },
      (error: unknown) => table.fail(id, error),
    );
  }

  handle(opcode: number): void {
    throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a listener`);
  }

  drop(): void {
    this.#server?.close();
  }
}

function endpointsOf({ localEndpoint, remoteEndpoint }: ITcpSocket): { local: Endpoint; remote: Endpoint } {
  if (!localEndpoint || !remoteEndpoint) throw new Error('a connected socket has two endpoints');
  return { local: localEndpoint, remote: remoteEndpoint };
}
