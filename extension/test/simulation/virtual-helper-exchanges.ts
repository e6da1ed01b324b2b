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
  parseBind,
  parseHttpRequest,
  parseResolve,
} from '@jstorrent/bridge-protocol';
import type { IUdpSocket } from '@jstorrent/engine';
import type { HelperChannel, HelperTable } from './virtual-helper.js';

/** A UDP port of the virtual helper. */
export class HelperUdp implements HelperChannel {
  readonly #downCredit = new CreditSender();
  readonly #upCredit = CreditReceiver.forUdp();
  #socket: IUdpSocket | undefined;

  constructor(
    private readonly table: HelperTable,
    private readonly id: number,
    payload: Uint8Array,
  ) {
    table.host.bindUdp(parseBind(payload)).then(
      (socket) => {
        if (table.get(id) === this) this.#onBound(socket);
        else socket.close();
      },
      (error: unknown) => table.fail(id, error),
    );
  }

  handle(opcode: number, payload: Uint8Array): void {
    if (opcode === Opcode.CREDIT) {
      this.#downCredit.grant(decodeCredit(payload));
    } else if (opcode === Opcode.DATAGRAM) {
      this.#upCredit.received(payload.length);
      const { data, host, port } = decodeDatagram(payload);
      this.#socket?.send(data.slice(), { host, port });
      const credit = this.#upCredit.consumed(payload.length);
      if (credit > 0) this.table.write(Opcode.CREDIT, this.id, encodeCredit(credit));
    } else throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a UDP socket`);
  }

  drop(): void {
    this.#socket?.close();
  }

  #onBound(socket: IUdpSocket): void {
    this.#socket = socket;
    this.table.write(Opcode.BOUND, this.id, encodeMessage({ local: socket.localEndpoint }));
    this.table.write(Opcode.CREDIT, this.id, encodeCredit(this.#upCredit.start()));
    socket.setHandlers({
      onMessage: (data, from) => {
        const payload = Uint8Array.from([...encodeDatagramAddress(from), ...data]);
        if (payload.length > this.#downCredit.available) return;
        this.#downCredit.spend(payload.length);
        this.table.write(Opcode.DATAGRAM, this.id, payload);
      },
      onClose: (error) => this.table.fail(this.id, error),
    });
  }
}

/** A request of the virtual helper, or a name that it looks up. */
export class HelperExchange implements HelperChannel {
  readonly #abort = new AbortController();

  static http(table: HelperTable, id: number, payload: Uint8Array): HelperExchange {
    return new HelperExchange(table, id, async (signal) => {
      const { status, body } = await table.http.get({ ...parseHttpRequest(payload), signal });
      table.answer(id, [[Opcode.HTTP_RESPONSE, encodeMessage({ status })], [Opcode.HTTP_BODY, body], [Opcode.END]]);
    });
  }

  static name(table: HelperTable, id: number, payload: Uint8Array): HelperExchange {
    return new HelperExchange(table, id, async () => {
      const { host, ...options } = parseResolve(payload);
      const addresses = await table.host.resolve(host, options);
      table.answer(id, [[Opcode.RESOLVED, encodeMessage({ addresses })]]);
    });
  }

  private constructor(table: HelperTable, id: number, work: (signal: AbortSignal) => Promise<void>) {
    work(this.#abort.signal).catch((error: unknown) => table.fail(id, error));
  }

  handle(opcode: number): void {
    throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on an exchange`);
  }

  drop(): void {
    this.#abort.abort();
  }
}
