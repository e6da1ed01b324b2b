import { describe, expect, it } from 'vitest';
import { isSecureNodeId } from '../../src/dht/secure-node-id.js';
import type { SearchSummary } from '../../src/dht/peer-search.js';
import { parseSavedState } from '../../src/dht/saved-state.js';
import type { Endpoint } from '../../src/interfaces/socket.js';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { decodeDictionary } from '../../src/protocol/bencode.js';
import type { KrpcReply } from '../../src/protocol/krpc.js';
import { parseIp } from '../../src/utils/ip-address.js';
import { LoneDht } from './lone-dht.js';

const HASH = new Uint8Array(20).fill(0xaa);
const at = (index: number, port = 6881): Endpoint => ({ host: `192.0.${index >> 8}.${index & 0xff}`, port });
const id = (first: number) => Uint8Array.of(first, ...new Uint8Array(19));

const replyOf = (sent: { message: { type: string } } | undefined): KrpcReply => {
  if (sent?.message.type !== 'reply') throw new Error(`no reply but ${sent?.message.type ?? 'nothing'}`);
  return sent.message as KrpcReply;
};

/** Announces as a stranger would; returns what came back. */
const announce = (
  lone: LoneDht,
  from: Endpoint,
  options: { port: number; impliedPort?: boolean; isSeed?: boolean },
) => {
  const token = replyOf(lone.ask({ method: 'get_peers', infoHash: HASH }, from)).token ?? new Uint8Array();
  return lone.ask({ method: 'announce_peer', infoHash: HASH, token, ...options }, from);
};

describe('DHT node asked by others', () => {
  it('answers ping and tells the address it was asked from', () => {
    const reply = replyOf(new LoneDht().ask({ method: 'ping' }, at(1)));
    expect(reply.id).toHaveLength(20);
    expect(reply.externalIp).toBe('192.0.0.1');
  });

  it('answers find_node with the good nodes closest to the target', () => {
    const lone = new LoneDht();
    for (let index = 1; index <= 20; index++) lone.introduce(at(index), id(index));
    const reply = replyOf(lone.ask({ method: 'find_node', target: id(16) }, at(100)));
    expect(reply.nodes?.slice(0, 5).map((node) => node.id[0])).toEqual([16, 17, 18, 19, 20]);
    expect(reply.nodes).toHaveLength(8);
    expect(reply.nodes6).toBeUndefined();
  });

  it('stores an announced peer and gives it to who asks', () => {
    const lone = new LoneDht();
    expect(announce(lone, at(1), { port: 5000 })?.message.type).toBe('reply');
    const reply = replyOf(lone.ask({ method: 'get_peers', infoHash: HASH }, at(2)));
    expect(reply.values).toEqual([{ host: '192.0.0.1', port: 5000 }]);
    expect(reply.nodes).toEqual([]);
  });

  it('hostile 39: takes the source port when implied_port says so', () => {
    const lone = new LoneDht();
    announce(lone, at(1, 7777), { port: 5000, impliedPort: true });
    const reply = replyOf(lone.ask({ method: 'get_peers', infoHash: HASH }, at(2)));
    expect(reply.values).toEqual([{ host: '192.0.0.1', port: 7777 }]);
  });

  it('hostile 39: answers a token that is stale or of somebody else with error 203 and stores nothing', async () => {
    const lone = new LoneDht();
    const token = replyOf(lone.ask({ method: 'get_peers', infoHash: HASH }, at(1))).token ?? new Uint8Array();
    const body = { method: 'announce_peer', infoHash: HASH, token, port: 5000 } as const;
    expect(lone.ask(body, at(2))?.message).toMatchObject({ type: 'error', code: 203 });
    await lone.clock.advance(11 * 60_000);
    expect(lone.ask(body, at(1))?.message).toMatchObject({ type: 'error', code: 203 });
    expect(replyOf(lone.ask({ method: 'get_peers', infoHash: HASH }, at(3))).values).toBeUndefined();
  });

  it('never sends more than 1024 bytes, however much there is to tell', async () => {
    const lone = new LoneDht();
    for (let index = 1; index <= 40; index++) lone.introduce(at(index));
    for (let index = 1; index <= 300; index++) {
      announce(lone, at(1000 + index), { port: 5000, isSeed: index % 2 === 0 });
      await lone.clock.advance(1000);
    }
    for (const scrape of [false, true]) {
      const sent = lone.ask({ method: 'get_peers', infoHash: HASH, want: [4, 6], scrape }, at(2000));
      expect(replyOf(sent).values?.length).toBeGreaterThan(10);
      expect(sent?.data.length).toBeLessThanOrEqual(1024);
      expect(sent?.data.length).toBeGreaterThan(1000);
    }
  });

  it('answers a scrape with both filters where it knows peers, and without where not (BEP 33)', async () => {
    const lone = new LoneDht();
    const scrape = () => replyOf(lone.ask({ method: 'get_peers', infoHash: HASH, scrape: true }, at(9)));
    expect(scrape().peerFilter).toBeUndefined();
    announce(lone, at(1), { port: 5000, isSeed: true });
    await lone.clock.advance(0);
    expect(scrape().seedFilter?.some((byte) => byte !== 0)).toBe(true);
    expect(scrape().peerFilter?.every((byte) => byte === 0)).toBe(true);
  });

  it('answers sample_infohashes (BEP 51)', () => {
    const lone = new LoneDht();
    announce(lone, at(1), { port: 5000 });
    const sent = lone.ask({ method: 'sample_infohashes', target: HASH }, at(2));
    expect(
      decodeDictionary(sent?.data ?? new Uint8Array())
        .getDict('r')
        ?.getBytes('samples'),
    ).toEqual(HASH);
  });

  it('answers an unknown method with error 204, or with nodes when it names a target', () => {
    const lone = new LoneDht();
    const send = (fields: Record<string, Uint8Array>) => {
      lone.dht.receive(encode({ t: 'aa', y: 'q', q: 'dance', a: { id: id(1), ...fields } }), at(1));
      return lone.sent.find(({ message }) => message.type !== 'query')?.message;
    };
    expect(send({})).toMatchObject({ type: 'error', code: 204 });
    lone.sent.length = 0;
    expect(send({ target: HASH })).toMatchObject({ type: 'reply', nodes: [] });
  });

  it('pings who asks and takes it in when it answers, but not who is read-only (BEP 43)', () => {
    const lone = new LoneDht();
    lone.ask({ method: 'ping' }, at(1), { id: id(1) });
    const [ping] = lone.queriesTo('192.0.0.1');
    expect(lone.dht.nodeCount).toBe(0);
    if (ping) lone.reply(ping, at(1), { id: id(1) });
    expect(lone.dht.nodeCount).toBe(1);
    expect(lone.ask({ method: 'ping' }, at(2), { isReadOnly: true })?.message.type).toBe('reply');
    expect(lone.queriesTo('192.0.0.2')).toEqual([]);
  });

  it('that is read-only answers nobody and says so in its queries (BEP 43)', () => {
    const lone = new LoneDht({ isReadOnly: true });
    expect(lone.ask({ method: 'ping' }, at(1))).toBeUndefined();
    lone.dht.addNode(at(2));
    expect(lone.queriesTo('192.0.0.2')).toMatchObject([{ isReadOnly: true }]);
  });

  it('hostile 37: says nothing to what is no message', () => {
    const lone = new LoneDht();
    const noId = encode({ t: 'aa', y: 'q', q: 'ping', a: {} });
    const tooLong = encode({ t: 'aa', y: 'q', q: 'ping', a: { id: id(1), x: new Uint8Array(1500) } });
    for (const data of [noId, tooLong, new Uint8Array(), new Uint8Array(16), new TextEncoder().encode('de')]) {
      lone.dht.receive(data, at(1));
    }
    expect(lone.sent).toEqual([]);
  });

  it('hostile 38: ignores an address that floods for 5 minutes, not the others', async () => {
    const lone = new LoneDht();
    const ping = (from: Endpoint) => lone.ask({ method: 'ping' }, from) !== undefined;
    const answered = Array.from({ length: 200 }, () => ping(at(1))).filter(Boolean);
    expect(answered).toHaveLength(49);
    expect(ping(at(2))).toBe(true);
    await lone.clock.advance(4 * 60_000);
    expect(ping(at(1))).toBe(false);
    await lone.clock.advance(61_000);
    expect(ping(at(1))).toBe(true);
  });

  it('hostile 41: sends no more than its cap however many addresses ask', async () => {
    const lone = new LoneDht();
    for (let index = 1; index <= 40; index++) lone.introduce(at(index));
    await lone.clock.advance(60_000);
    lone.sent.length = 0;
    const seconds = 10;
    for (let tick = 0; tick < seconds * 10; tick++) {
      for (let query = 0; query < 25; query++) {
        const from = { host: `10.${tick >> 8}.${tick & 0xff}.${query}`, port: 1 };
        lone.ask({ method: 'get_peers', infoHash: HASH }, from, { isReadOnly: true });
      }
      await lone.clock.advance(100);
    }
    const bytes = lone.sent.reduce((sum, { data }) => sum + data.length, 0);
    expect(bytes).toBeLessThanOrEqual(8000 * (seconds + 3));
    expect(bytes).toBeGreaterThan(8000 * seconds * 0.9);
  });

  it('talks to no address that the policy forbids', () => {
    const allows = ({ host }: Endpoint) => host !== '127.0.0.1';
    const lone = new LoneDht({ addresses: { allows, identity: ({ host }) => host } });
    const forbidden = { host: '127.0.0.1', port: 6881 };
    expect(lone.ask({ method: 'ping' }, forbidden)).toBeUndefined();
    lone.dht.addNode(forbidden);
    lone.introduce(at(1));
    lone.dht.findPeers(HASH, { onPeer: () => undefined });
    expect(lone.queriesTo('127.0.0.1')).toEqual([]);
  });
});

describe('DHT node asking others', () => {
  it('finds peers and announces to who gave a token', async () => {
    const lone = new LoneDht();
    lone.introduce(at(1), id(1));
    const peers: Endpoint[] = [];
    let summary: SearchSummary | undefined;
    lone.dht.findPeers(HASH, {
      announce: { port: 5000, isSeed: true },
      noSeeds: true,
      onPeer: (peer) => void peers.push(peer),
      onDone: (result) => void (summary = result),
    });
    await lone.clock.advance(0);
    const query = lone.queriesTo('192.0.0.1').at(-1);
    expect(query?.body).toMatchObject({ method: 'get_peers', infoHash: HASH, noSeeds: true });
    const token = Uint8Array.of(1, 2, 3);
    if (query) lone.reply(query, at(1), { id: id(1), token, values: [at(50, 1234), at(50, 1234), at(51, 1)] });
    await lone.clock.advance(0);
    expect(peers).toEqual([at(50, 1234), at(51, 1)]);
    expect(summary).toEqual({ answered: 1, peers: 2, rounds: 1, announcedTo: 1 });
    expect(lone.queriesTo('192.0.0.1').at(-1)?.body).toEqual({
      method: 'announce_peer',
      infoHash: HASH,
      token,
      port: 5000,
      impliedPort: false,
      isSeed: true,
    });
  });

  it('finds who announced to us, as it would ask any other node', async () => {
    const lone = new LoneDht();
    announce(lone, at(7), { port: 5000 });
    lone.introduce(at(1), id(1));
    const peers: Endpoint[] = [];
    let summary: SearchSummary | undefined;
    lone.dht.findPeers(HASH, { onPeer: (peer) => void peers.push(peer), onDone: (result) => void (summary = result) });
    await lone.clock.advance(0);
    const query = lone.queriesTo('192.0.0.1').at(-1);
    if (query) lone.reply(query, at(1), { id: id(1), values: [at(50, 1)] });
    await lone.clock.advance(0);
    expect(peers).toEqual([at(50, 1), at(7, 5000)]);
    expect(summary).toMatchObject({ answered: 1, peers: 2, rounds: 0 });
  });

  it('ends where the nodes of one network answer and those of the other have fallen silent', async () => {
    const lone = new LoneDht();
    lone.introduce(at(1), id(1));
    lone.introduce({ host: '2001:db8::1', port: 6881 }, id(2));
    const summaries: SearchSummary[] = [];
    lone.dht.findPeers(HASH, { onPeer: () => undefined, onDone: (summary) => void summaries.push(summary) });
    await lone.clock.advance(0);
    const query = lone.queriesTo('192.0.0.1').at(-1);
    if (query) lone.reply(query, at(1), { id: id(1) });
    await lone.clock.advance(0);
    expect(summaries).toEqual([]);
    expect(lone.queriesTo('2001:db8::1').at(-1)?.body.method).toBe('get_peers');
    await lone.clock.advance(60_000);
    expect(summaries).toMatchObject([{ answered: 1 }]);
  });

  it('at a first start searches IPv6 too, whose nodes it hears of from those of IPv4 (BEP 32)', async () => {
    const lone = new LoneDht({ bootstrap: [{ host: 'router.example', port: 6881 }] });
    const [near, far] = [at(1), { host: '2001:db8::1', port: 6881 }];
    const peers: Endpoint[] = [];
    const summaries: SearchSummary[] = [];
    lone.dht.start();
    lone.dht.findPeers(HASH, {
      onPeer: (peer) => void peers.push(peer),
      onDone: (result) => void summaries.push(result),
    });
    await lone.clock.advance(0);
    const [asked] = lone.queriesTo('router.example');
    if (!asked) return expect.fail('the router was not asked');
    const nodes = { nodes: [{ id: id(1), endpoint: near }], nodes6: [{ id: id(2), endpoint: far }] };
    lone.reply(asked, at(99), { id: id(99), ...nodes });
    const answer = async (from: Endpoint, fields: { id: Uint8Array; values?: Endpoint[] }) => {
      for (const query of lone.queriesTo(from.host)) lone.reply(query, from, fields);
      await lone.clock.advance(0);
    };
    await answer(near, { id: id(1), values: [at(50)] });
    await answer(near, { id: id(1), values: [at(50)] });
    expect([peers, summaries]).toEqual([[at(50)], []]);
    // The IPv6 node lives far away.
    await lone.clock.advance(900);
    await answer(far, { id: id(2), values: [{ host: '2001:db8::50', port: 1 }] });
    await answer(far, { id: id(2), values: [{ host: '2001:db8::50', port: 1 }] });
    expect(peers).toEqual([at(50), { host: '2001:db8::50', port: 1 }]);
    expect(summaries).toMatchObject([{ answered: 2, peers: 2 }]);
  });

  it('waits for a network where nobody answers only once, and not for long', async () => {
    const lone = new LoneDht();
    lone.dht.start();
    lone.introduce(at(1), id(1));
    const searchFor = async () => {
      const startedAt = lone.clock.now();
      let endedAt: number | undefined;
      lone.dht.findPeers(HASH, { onPeer: () => undefined, onDone: () => void (endedAt = lone.clock.now()) });
      await lone.clock.advance(0);
      const query = lone.queriesTo('192.0.0.1').findLast(({ body }) => body.method === 'get_peers');
      if (query) lone.reply(query, at(1), { id: id(1) });
      await lone.clock.runUntil(() => endedAt !== undefined);
      return (endedAt ?? Infinity) - startedAt;
    };
    expect(await searchFor()).toBe(3000);
    expect(await searchFor()).toBe(0);
  });

  it('hostile 52: joins and searches at once when it is told that the network is back', async () => {
    const lone = new LoneDht({ bootstrap: [at(99)] });
    for (let index = 1; index <= 30; index++) lone.introduce(at(index), id(index));
    lone.dht.start();
    const peers: Endpoint[] = [];
    lone.dht.findPeers(HASH, { onPeer: (peer) => void peers.push(peer) });
    await lone.clock.advance(2 * 3_600_000);
    expect(lone.dht.nodeCount).toBe(0);
    lone.sent.length = 0;
    lone.dht.networkIsBack();
    const backAt = lone.clock.now();
    for (let turns = 0; turns < 100 && peers.length === 0; turns++) {
      await lone.clock.advance(10);
      for (const { to, message } of lone.sent.splice(0)) {
        if (message.type !== 'query') continue;
        const values = message.body.method === 'get_peers' ? [at(50, 1234)] : undefined;
        lone.reply(message, to, { id: id(Number(to.host.split('.').at(-1))), values });
      }
    }
    expect(peers).toEqual([at(50, 1234)]);
    expect(lone.clock.now() - backAt).toBeLessThan(500);
  });

  it('without any node waits, and goes on when the first one answers', async () => {
    const lone = new LoneDht();
    let isDone = false;
    lone.dht.findPeers(HASH, { onPeer: () => undefined, onDone: () => void (isDone = true) });
    await lone.clock.advance(60_000);
    expect(isDone).toBe(false);
    lone.introduce(at(1), id(1));
    await lone.clock.advance(0);
    const query = lone.queriesTo('192.0.0.1').at(-1);
    expect(query?.body.method).toBe('get_peers');
    if (query) lone.reply(query, at(1), { id: id(1) });
    await lone.clock.advance(0);
    expect(isDone).toBe(true);
  });

  it('does not ask itself when others name it', async () => {
    const lone = new LoneDht();
    lone.introduce(at(1), id(1));
    lone.dht.findPeers(HASH, { onPeer: () => undefined });
    await lone.clock.advance(0);
    const query = lone.queriesTo('192.0.0.1').at(-1);
    if (!query) return expect.fail('not asked');
    const nodes = [
      { id: query.id, endpoint: at(50) },
      { id: id(2), endpoint: at(2) },
    ];
    lone.reply(query, at(1), { id: id(1), nodes });
    expect(lone.queriesTo('192.0.0.50')).toEqual([]);
    expect(lone.queriesTo('192.0.0.2')).toHaveLength(1);
  });

  it('stops when aborted', async () => {
    const lone = new LoneDht();
    const controller = new AbortController();
    lone.dht.findPeers(HASH, { signal: controller.signal, onPeer: () => expect.fail('a peer after the abort') });
    controller.abort();
    lone.introduce(at(1), id(1));
    await lone.clock.advance(60_000);
    const methods = lone.queriesTo('192.0.0.1').map(({ body }) => body.method);
    expect(methods).not.toContain('get_peers');
  });

  it('hostile 40: takes no reply from another endpoint or with another transaction', async () => {
    const lone = new LoneDht();
    lone.introduce(at(1), id(1));
    lone.dht.findPeers(HASH, { onPeer: () => expect.fail('a forged peer was taken') });
    await lone.clock.advance(0);
    const query = lone.queriesTo('192.0.0.1').at(-1);
    if (!query) return expect.fail('not asked');
    const fields = { id: id(1), values: [at(66)] };
    lone.reply(query, at(1, 6882), fields);
    lone.reply(query, at(2), fields);
    lone.reply({ ...query, transactionId: Uint8Array.of(9, 9, 9, 9) }, at(1), fields);
    expect(lone.dht.nodeCount).toBe(1);
  });

  it('starts from names, without taking those routers in, and from what they name', async () => {
    const lone = new LoneDht({ bootstrap: [{ host: 'router.example', port: 6881 }] });
    lone.dht.start();
    await lone.clock.advance(0);
    const [query] = lone.queriesTo('router.example');
    expect(query?.body).toMatchObject({ method: 'find_node', want: [4, 6] });
    if (query) lone.reply(query, at(99), { id: id(99), nodes: [{ id: id(1), endpoint: at(1) }] });
    await lone.clock.advance(0);
    const asked = lone.queriesTo('192.0.0.1')[0];
    if (asked) lone.reply(asked, at(1), { id: id(1) });
    expect(lone.dht.nodeCount).toBe(1);
    expect(lone.queriesTo('192.0.0.99')).toEqual([]);
  });

  it('tries its routers again while nobody answers, less and less often', async () => {
    const lone = new LoneDht({ bootstrap: [at(1)] });
    lone.dht.start();
    await lone.clock.advance(60_000);
    const early = lone.queriesTo('192.0.0.1').length;
    await lone.clock.advance(3_600_000);
    const later = lone.queriesTo('192.0.0.1').length - early;
    expect(early).toBeGreaterThan(2);
    expect(later).toBeGreaterThan(10);
    expect(later).toBeLessThan(80);
  });

  it('counts a swarm from filters, and from listed peers of who knows no BEP 33', async () => {
    const answering = new LoneDht();
    for (let index = 0; index < 30; index++) announce(answering, at(1000 + index), { port: 1, isSeed: index < 10 });
    await answering.clock.advance(0);
    const known = replyOf(answering.ask({ method: 'get_peers', infoHash: HASH, scrape: true }, at(9)));
    const lone = new LoneDht();
    lone.introduce(at(1), id(1));
    lone.introduce(at(2), id(2));
    const scrape = lone.dht.scrape(HASH);
    await lone.clock.advance(0);
    const [first, second] = [lone.queriesTo('192.0.0.1').at(-1), lone.queriesTo('192.0.0.2').at(-1)];
    if (!first || !second) return expect.fail('not asked');
    expect(first.body).toMatchObject({ method: 'get_peers', scrape: true });
    lone.reply(first, at(1), { id: id(1), seedFilter: known.seedFilter, peerFilter: known.peerFilter });
    // One that is a known seed, one that is new.
    lone.reply(second, at(2), { id: id(2), values: [at(1000), at(5000)] });
    const result = await lone.clock.settle(scrape);
    expect(Math.abs((result?.seeds ?? 0) - 10)).toBeLessThanOrEqual(1);
    expect(Math.abs((result?.peers ?? 0) - 21)).toBeLessThanOrEqual(1);
  });

  it('counts whom it stores itself exactly while it is one of the eight closest (BEP 33)', async () => {
    const scrapeAmong = async (count: number, nodeId: (index: number) => Uint8Array) => {
      const lone = new LoneDht();
      for (let index = 0; index < count; index++) lone.introduce(at(1 + index), nodeId(index));
      for (let index = 0; index < 20; index++) announce(lone, at(1000 + index), { port: 1, isSeed: index < 5 });
      const scrape = lone.dht.scrape(HASH);
      const result = lone.clock.settle(scrape);
      for (let round = 0; round < count; round++) {
        await lone.clock.advance(0);
        for (let index = 0; index < count; index++) {
          const query = lone.queriesTo(at(1 + index).host).at(-1);
          if (query?.body.method === 'get_peers') lone.reply(query, at(1 + index), { id: nodeId(index) });
        }
      }
      return result;
    };
    /** An id that shares all but its last bytes with the info-hash. */
    const near = (index: number) => HASH.slice().fill(index + 1, 18);
    expect(await scrapeAmong(2, id)).toEqual({ seeds: 5, peers: 15 });
    expect(await scrapeAmong(7, near)).toEqual({ seeds: 5, peers: 15 });
    expect(await scrapeAmong(8, near)).toEqual({ seeds: 0, peers: 0 });
  });

  it('hostile 52: finds peers again by the nodes of before, after two hours without a network', async () => {
    const lone = new LoneDht();
    for (let index = 1; index <= 30; index++) lone.introduce(at(index), id(index));
    lone.dht.start();
    const peers: Endpoint[] = [];
    lone.dht.findPeers(HASH, { onPeer: (peer) => void peers.push(peer) });
    await lone.clock.advance(2 * 3_600_000);
    expect(lone.dht.nodeCount).toBe(0);
    lone.sent.length = 0;
    await lone.clock.runUntil(() => lone.sent.length > 0);
    const answerAll = () => {
      for (const { to, message } of lone.sent.splice(0)) {
        if (message.type !== 'query') continue;
        const values = message.body.method === 'get_peers' ? [at(50, 1234)] : undefined;
        lone.reply(message, to, { id: id(Number(to.host.split('.').at(-1))), values });
      }
    };
    for (let second = 0; second < 30; second++) {
      answerAll();
      await lone.clock.advance(1000);
    }
    expect(peers).toEqual([at(50, 1234)]);
    expect(lone.dht.nodeCount).toBeGreaterThan(20);
  });

  it('knows a node that is named in another spelling of its address', () => {
    const lone = new LoneDht();
    lone.dht.addNode({ host: '2001:DB8:0::0001', port: 6881 });
    const [ping] = lone.queriesTo('2001:db8::1');
    if (!ping) return expect.fail('not asked');
    lone.reply(ping, { host: '2001:db8::1', port: 6881 }, { id: id(1) });
    expect(lone.dht.nodeCount).toBe(1);
  });

  it('gives no count when aborted', async () => {
    const lone = new LoneDht();
    const controller = new AbortController();
    const scrape = lone.dht.scrape(HASH, { signal: controller.signal });
    controller.abort();
    expect(await lone.clock.settle(scrape)).toBeUndefined();
  });

  it('takes an id of its address once most nodes agree on it (BEP 42), and keeps it', async () => {
    const told: string[] = [];
    const lone = new LoneDht({ onExternalAddress: (ip) => void told.push(ip) });
    const address = { host: '124.31.75.21', port: 6881 };
    const isSecure = () => {
      const { id: ownId } = parseSavedState(lone.dht.saveState())[4] ?? { id: new Uint8Array(20) };
      return isSecureNodeId(ownId, parseIp(address.host) ?? new Uint8Array(4));
    };
    for (let index = 1; index <= 10; index++) {
      expect(isSecure()).toBe(index > 8);
      lone.dht.addNode(at(index));
      const ping = lone.queriesTo(at(index).host)[0];
      if (ping) lone.reply(ping, at(index), { id: id(index) }, address);
    }
    await lone.clock.advance(0);
    expect(told[0]).toBe('124.31.75.21');
    const before = lone.dht.saveState();
    lone.dht.setExternalAddress('124.31.75.21');
    expect(lone.dht.saveState()).toEqual(before);
  });

  it('does not believe a few nodes that make up an address', () => {
    const lone = new LoneDht({ onExternalAddress: () => expect.fail('believed too soon') });
    for (let index = 1; index <= 18; index++) {
      lone.dht.addNode(at(index));
      const ping = lone.queriesTo(at(index).host)[0];
      const claimed = { host: index % 2 === 0 ? '203.0.113.1' : '203.0.113.2', port: 1 };
      if (ping) lone.reply(ping, at(index), { id: id(index) }, claimed);
    }
    expect(lone.dht.nodeCount).toBe(18);
  });
});

describe('DHT node in two networks (BEP 32)', () => {
  const at6 = (index: number): Endpoint => ({ host: `2001:db8::${index.toString(16)}`, port: 6881 });

  it('answers in the family it is asked in, and with nodes of both when both are wanted', () => {
    const lone = new LoneDht();
    lone.introduce(at(1), id(1));
    lone.introduce(at6(2), id(2));
    expect(lone.dht.nodeCount).toBe(2);
    const overIpv6 = replyOf(lone.ask({ method: 'find_node', target: id(0) }, at6(9)));
    expect([overIpv6.nodes, overIpv6.nodes6?.length]).toEqual([undefined, 1]);
    const both = replyOf(lone.ask({ method: 'find_node', target: id(0), want: [4, 6] }, at(9)));
    expect([both.nodes?.length, both.nodes6?.length]).toEqual([1, 1]);
  });

  it('meets nodes of the other network that it hears of while it knows few', async () => {
    const lone = new LoneDht({ bootstrap: [at(1)] });
    lone.dht.start();
    await lone.clock.advance(0);
    const query = lone.queriesTo('192.0.0.1')[0];
    if (query) lone.reply(query, at(1), { id: id(1), nodes6: [{ id: id(2), endpoint: at6(2) }] });
    await lone.clock.advance(0);
    expect(lone.queriesTo('2001:db8::2').length).toBeGreaterThan(0);
  });

  it('asks a name by both: each node by its own family', async () => {
    const lone = new LoneDht({ bootstrap: [{ host: 'router.example', port: 6881 }] });
    lone.dht.start();
    lone.dht.addNode({ host: 'named.example', port: 6881 });
    await lone.clock.advance(0);
    const familiesOf = (name: string) => lone.sent.filter(({ to }) => to.host === name).map(({ to }) => to.family);
    expect(familiesOf('router.example').sort()).toEqual([4, 6]);
    expect(familiesOf('named.example').sort()).toEqual([4, 6]);
    const toRouter6 = lone.sent.find(({ to }) => to.host === 'router.example' && to.family === 6)?.message;
    if (toRouter6?.type !== 'query') throw new Error('the router was not asked');
    const answer = { id: id(99), nodes6: [{ id: id(2), endpoint: at6(2) }] };
    // Nobody takes the answer of the one network for that of the other.
    lone.reply(toRouter6, at(99), answer);
    await lone.clock.advance(0);
    expect(lone.queriesTo('2001:db8::2')).toEqual([]);
    lone.reply(toRouter6, at6(99), answer);
    await lone.clock.advance(0);
    expect(lone.queriesTo('2001:db8::2')).toHaveLength(1);
  });

  it('gives the peers of each network only there', () => {
    const lone = new LoneDht();
    announce(lone, at6(1), { port: 5000 });
    const ask = (from: Endpoint) => replyOf(lone.ask({ method: 'get_peers', infoHash: HASH }, from)).values;
    expect(ask(at6(2))).toEqual([{ host: '2001:db8::1', port: 5000 }]);
    expect(ask(at(2))).toBeUndefined();
  });

  it('saves and restores both tables', async () => {
    const lone = new LoneDht();
    for (let index = 1; index <= 250; index++) {
      lone.introduce(at(index));
      await lone.clock.advance(100);
    }
    lone.introduce(at6(1), id(1));
    const saved = lone.dht.saveState();
    const state = parseSavedState(saved);
    expect(state[4]?.nodes.length).toBeGreaterThanOrEqual(200);
    const restored = new LoneDht({ savedState: saved });
    expect(restored.dht.saveState().length).toBe(saved.length);
    expect(parseSavedState(restored.dht.saveState())[6]?.nodes).toEqual([{ id: id(1), endpoint: at6(1) }]);
    expect(parseSavedState(restored.dht.saveState())[4]?.id).toEqual(state[4]?.id);
  });
});
