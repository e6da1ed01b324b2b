import { type Client, type ImportedSession as EngineImport, RecordError } from '@jstorrent/engine';
import { RpcError } from '../rpc/rpc-error.js';
import {
  type ImportedSession,
  MAX_SESSION_FILE_BYTES,
  type Params,
  type Result,
  SESSION_PART_BYTES,
} from '../rpc/types.js';
import { decodeExtras, encodeExtras, type SessionExtras } from './session-extras.js';

interface SessionFilesOptions {
  readonly transfer: Pick<Client['transfer'], 'export' | 'import'>;
  readonly settings: () => SessionExtras['settings'];
  /** Takes over what can be of settings in a file, and tells their names. */
  readonly takeSettings: (settings: unknown) => Promise<readonly string[]>;
}

/** Exported sessions on their way out or in: too big for one message, so they go in parts. One of each at a time, the last that began. */
export class SessionFiles {
  #exported: Uint8Array | undefined;
  #imported: { readonly file: Uint8Array; length: number } | undefined;

  constructor(private readonly options: SessionFilesOptions) {}

  async export({ position, look }: Params<'exportSession'>): Promise<Result<'exportSession'>> {
    if (position === 0) {
      const { transfer, settings } = this.options;
      this.#exported = await transfer.export({ host: encodeExtras({ settings: settings(), look }) });
    }
    const file = this.#exported;
    if (!file) throw new RpcError('session-interrupted', 'another export has begun');
    requireSize(file.length);
    const end = position + SESSION_PART_BYTES;
    if (end >= file.length) this.#exported = undefined;
    return { data: file.subarray(position, end).toBase64(), totalBytes: file.length };
  }

  async import({ position, totalBytes, data }: Params<'importSession'>): Promise<ImportedSession | null> {
    requireSize(totalBytes);
    if (position === 0) this.#imported = { file: new Uint8Array(totalBytes), length: 0 };
    const imported = this.#imported;
    const part = Uint8Array.fromBase64(data);
    if (imported?.length !== position || imported.file.length !== totalBytes || position + part.length > totalBytes) {
      this.#imported = undefined;
      throw new RpcError('session-interrupted', 'the parts do not follow one another');
    }
    imported.file.set(part, position);
    imported.length += part.length;
    if (imported.length < totalBytes) return null;
    this.#imported = undefined;
    return this.#take(imported.file);
  }

  async #take(file: Uint8Array): Promise<ImportedSession> {
    const { torrents, settings, host } = await this.#takeEnginePart(file);
    const extras = decodeExtras(host);
    const ofHost = await this.options.takeSettings(extras.settings);
    const { look } = extras;
    return { torrents, settings: [...settings, ...ofHost], ...(look === undefined ? {} : { look }) };
  }

  async #takeEnginePart(file: Uint8Array): Promise<EngineImport> {
    try {
      return await this.options.transfer.import(file);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      const code = error.code === 'newer-version' ? 'session-newer' : 'session-invalid';
      throw new RpcError(code, error.message, { cause: error });
    }
  }
}

function requireSize(bytes: number): void {
  if (bytes > MAX_SESSION_FILE_BYTES) throw new RpcError('session-too-large', `a session of ${bytes} bytes`);
}
