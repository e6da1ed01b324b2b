import {
  BridgeProtocolError,
  CreditBudget,
  encodeMessage,
  FIRST_ACCEPTED_ID,
  type NetworkPolicySettings,
  Opcode,
  parseAccepted,
  SESSION_ID,
  type StoppedRequest,
} from '@jstorrent/bridge-protocol';
import type { Lane, OpenFastLane } from './lane.js';
import { Lanes } from './lanes.js';

/** Whatever has an id of the session: a connection, a listener, a UDP socket, an HTTP exchange. */
export interface Channel {
  /** A frame for the id. Throws a {@link BridgeProtocolError} when the helper broke the rules: the session then closes the id. */
  onFrame(opcode: number, payload: Uint8Array): void;
  /** The id is gone: `protocol` by a violation, `bridge-lost` with the helper or with the fast lane. */
  onGone(code: 'protocol' | 'bridge-lost', message: string): void;
}

export interface BridgeSessionOptions {
  readonly native: Lane;
  readonly openFastLane: OpenFastLane;
  /** The helper gave the session up, or the frames made no sense any more. */
  onEnd(reason: string): void;
  onFast(): void;
  /** Every channel is gone; new ones go by the native lane. */
  onFastLaneLost(): void;
}

/** One life of the helper, from the handshake to its end: hands out ids and brings every frame to its channel. */
export class BridgeSession {
  /** Shared by the receiving ends of all TCP connections. */
  readonly budget = new CreditBudget();
  readonly #lanes: Lanes;
  readonly #channels = new Map<number, Channel>();
  #nextId = 1;
  #nextAcceptedId = FIRST_ACCEPTED_ID;
  #isEnded = false;

  constructor(private readonly options: BridgeSessionOptions) {
    this.#lanes = new Lanes({
      native: options.native,
      openFastLane: options.openFastLane,
      sink: {
        onFrame: (opcode, id, payload) => this.#onFrame(opcode, id, payload),
        onBadFrame: (id, error) => this.#punish(id, error),
      },
      onFast: () => options.onFast(),
      onFastLaneLost: () => {
        this.#dropChannels('the fast lane was lost');
        options.onFastLaneLost();
      },
    });
  }

  get isFast(): boolean {
    return this.#lanes.isFast;
  }

  onNativeFrames(chunk: Uint8Array): void {
    try {
      this.#lanes.onNativeFrames(chunk);
    } catch (error) {
      this.options.onEnd(String(error));
    }
  }

  askForFastLane(): void {
    this.#lanes.askForFastLane();
  }

  leaveFastLane(): void {
    this.#lanes.leaveFastLane();
  }

  setNetworkPolicy(policy: NetworkPolicySettings): void {
    this.#lanes.write(Opcode.NETWORK_POLICY, SESSION_ID, encodeMessage(policy));
  }

  /** Has the helper keep, replace or drop an announce for the moment when the browser is gone. */
  holdStoppedRequest(request: StoppedRequest): void {
    this.#lanes.write(Opcode.STOPPED_REQUEST, SESSION_ID, encodeMessage(request));
  }

  /** The id for a new channel. */
  register(channel: Channel): number {
    const id = this.#nextId++;
    this.#channels.set(id, channel);
    return id;
  }

  /** Gives a connection that the helper accepted its channel. */
  adopt(id: number, channel: Channel): void {
    this.#channels.set(id, channel);
  }

  /** The helper closed the id, or it ended by itself. */
  forget(id: number): void {
    this.#channels.delete(id);
  }

  /** Closes the id from this end. */
  close(id: number): void {
    if (!this.#channels.delete(id)) return;
    this.write(Opcode.CLOSE, id);
  }

  write(opcode: number, id: number, payload?: Uint8Array, tail?: Uint8Array): void {
    if (!this.#isEnded) this.#lanes.write(opcode, id, payload, tail);
  }

  writeData(id: number, data: Uint8Array): void {
    if (!this.#isEnded) this.#lanes.writeData(id, data);
  }

  /** The helper is gone: so is everything that it held. Idempotent. */
  end(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#lanes.close();
    this.#dropChannels(reason);
  }

  #dropChannels(reason: string): void {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.onGone('bridge-lost', reason);
  }

  #onFrame(opcode: number, id: number, payload: Uint8Array): void {
    if (id === SESSION_ID) {
      if (opcode === Opcode.CLOSE) this.options.onEnd('the helper gave up the session');
      return;
    }
    try {
      if (opcode === Opcode.ACCEPTED) this.#checkAccepted(id, payload);
      const channel = this.#channels.get(id);
      if (channel) channel.onFrame(opcode, payload);
      else if (!this.#wasOpen(id) && opcode !== Opcode.CLOSE) {
        throw new BridgeProtocolError('unknown-socket-id', `A frame for ${id}`);
      }
    } catch (error) {
      this.#punish(id, error);
    }
  }

  /** New ids only ever go up; a connection for a listener that was closed meanwhile is turned away. */
  #checkAccepted(listenerId: number, payload: Uint8Array): void {
    const { socketId } = parseAccepted(payload);
    if (socketId < this.#nextAcceptedId) {
      throw new BridgeProtocolError('reused-socket-id', `A connection called ${socketId} again`);
    }
    this.#nextAcceptedId = socketId + 1;
    if (!this.#channels.has(listenerId)) this.write(Opcode.CLOSE, socketId);
  }

  #wasOpen(id: number): boolean {
    return id < FIRST_ACCEPTED_ID ? id < this.#nextId : id < this.#nextAcceptedId;
  }

  /** Ends one id for what the helper did with it; the others go on. */
  #punish(id: number, error: unknown): void {
    const channel = this.#channels.get(id);
    this.#channels.delete(id);
    const message = error instanceof Error ? error.message : String(error);
    this.write(Opcode.CLOSE, id, encodeMessage({ code: 'protocol', message }));
    channel?.onGone('protocol', message);
    if (error instanceof BridgeProtocolError) return;
    // A handler threw, which none may: let it surface without taking the frames behind it along.
    queueMicrotask(() => {
      throw error;
    });
  }
}
