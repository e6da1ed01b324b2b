import { BridgeProtocolError } from './errors.js';
import { readArray, readInteger, readRecord, readString } from './fields.js';

/** Version of the frames and messages in this package. It grows with every change that the other end must know of. */
export const PROTOCOL_VERSION = 2;

/** The oldest version that this package still speaks. */
export const OLDEST_PROTOCOL_VERSION = 2;

/** What each end says first. */
export interface Hello {
  /** Newest protocol version it speaks. */
  readonly protocol: number;
  /** Oldest protocol version it speaks. */
  readonly oldestProtocol: number;
  /** Version of the program, for people. */
  readonly version: string;
  /** What it can do beyond the base protocol; unknown ones are ignored. The helper: `fast-lane`, `stopped-requests`. */
  readonly capabilities: readonly string[];
}

/** The helper's {@link Hello}. */
export interface HelperHello extends Hello {
  /** `process.platform` of the helper. */
  readonly platform: string;
}

/** What became of the attempt to reach the helper. */
export type BridgeOutcome =
  | { readonly state: 'missing' }
  | { readonly state: 'helper-too-old'; readonly helperVersion: string }
  | { readonly state: 'extension-too-old'; readonly helperVersion: string }
  | { readonly state: 'ready'; readonly helper: HelperHello; readonly protocol: number };

/** Decides from both hellos; `helper` is undefined when the port ended before one came. Both ends come to the same result. */
export function bridgeOutcome(extension: Hello, helper: HelperHello | undefined): BridgeOutcome {
  if (!helper) return { state: 'missing' };
  if (helper.protocol < extension.oldestProtocol) return { state: 'helper-too-old', helperVersion: helper.version };
  if (extension.protocol < helper.oldestProtocol) return { state: 'extension-too-old', helperVersion: helper.version };
  return { state: 'ready', helper, protocol: Math.min(extension.protocol, helper.protocol) };
}

/** A native message, taken apart. */
export type NativeMessage = { readonly hello: unknown } | { readonly frames: string };

/** A native message that carries frames; `base64` is standard base64 with padding. */
export function framesMessage(base64: string): { readonly f: string } {
  return { f: base64 };
}

/** Takes a parsed native message apart; throws `bad-native-message`. */
export function parseNativeMessage(message: unknown): NativeMessage {
  if (typeof message === 'object' && message !== null) {
    if ('f' in message && typeof message.f === 'string') return { frames: message.f };
    if ('hello' in message) return { hello: message.hello };
  }
  throw new BridgeProtocolError('bad-native-message', 'Neither frames nor a hello');
}

/** Checks the extension's hello; throws `bad-payload`. */
export function parseExtensionHello(hello: unknown): Hello {
  const record = readRecord(hello);
  return {
    protocol: readInteger(record, 'protocol', { min: 1, max: 0xffff }),
    oldestProtocol: readInteger(record, 'oldestProtocol', { min: 1, max: 0xffff }),
    version: readString(record, 'version'),
    capabilities: readArray(record, 'capabilities').filter((name) => typeof name === 'string'),
  };
}

/** Checks the helper's hello; throws `bad-payload`. */
export function parseHelperHello(hello: unknown): HelperHello {
  return { ...parseExtensionHello(hello), platform: readString(readRecord(hello), 'platform') };
}
