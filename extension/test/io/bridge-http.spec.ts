import { encodeMessage, MAX_HTTP_REQUESTS, Opcode } from '@jstorrent/bridge-protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { BridgeHttpClient } from '../../src/io/bridge-http.js';
import { ScriptedHelper, turn } from '../lib/scripted-helper.js';

let helper: ScriptedHelper;
let client: BridgeHttpClient;

beforeEach(() => {
  helper = new ScriptedHelper();
  client = new BridgeHttpClient(() => helper.session);
});

const get = (signal = new AbortController().signal) =>
  client.get({ url: 'http://tracker.example/announce', timeoutMs: 1000, maxBytes: 1000, signal });
const asked = () => helper.received(Opcode.HTTP_REQUEST);

/** Lets every request get as far as it can. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await turn();
}

function answer(id: number): void {
  helper.say(Opcode.HTTP_RESPONSE, id, encodeMessage({ status: 200 }));
  helper.say(Opcode.END, id);
}

describe('more requests than the helper takes at a time', () => {
  it('wait, also when one is made in the moment another is over', async () => {
    const requests = Array.from({ length: MAX_HTTP_REQUESTS + 1 }, () => get());
    await settle();
    expect(asked()).toHaveLength(MAX_HTTP_REQUESTS);
    answer(asked()[0]?.id ?? 0);
    // Between the end of that one and the start of the one that waits.
    queueMicrotask(() => requests.push(get()));
    await settle();
    expect(requests).toHaveLength(MAX_HTTP_REQUESTS + 2);
    expect(asked()).toHaveLength(MAX_HTTP_REQUESTS + 1);
    for (let done = 1; done < requests.length; done++) {
      answer(asked()[done]?.id ?? 0);
      await settle();
    }
    await expect(Promise.all(requests)).resolves.toHaveLength(MAX_HTTP_REQUESTS + 2);
  });

  it('leave the queue at once when their owner gives up', async () => {
    const running = Array.from({ length: MAX_HTTP_REQUESTS }, () => get());
    const owner = new AbortController();
    const given = get(owner.signal);
    const next = get();
    owner.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    await expect(get(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    await settle();
    for (const { id } of asked()) answer(id);
    await settle();
    expect(asked()).toHaveLength(MAX_HTTP_REQUESTS + 1);
    answer(asked().at(-1)?.id ?? 0);
    await expect(Promise.all([...running, next])).resolves.toHaveLength(MAX_HTTP_REQUESTS + 1);
  });
});
