/** One node of bittorrent-dht, driven by JSON lines: { id, op, ... } in, { id, result | error } out. */
import { createInterface } from 'node:readline';
import DHT from 'bittorrent-dht';

const [port, ...bootstrap] = process.argv.slice(2);
const dht = new DHT({ bootstrap: bootstrap.length > 0 ? bootstrap : false });
const listening = new Promise((resolve) => dht.listen(Number(port), '127.0.0.1', resolve));

const operations = {
  ping: () => listening,
  announce: ({ infoHash, port: peerPort }) =>
    new Promise((resolve, reject) => {
      dht.announce(infoHash, peerPort, (error) => (error ? reject(error) : resolve(null)));
    }),
  lookup: ({ infoHash }) =>
    new Promise((resolve, reject) => {
      const peers = new Set();
      const onPeer = ({ host, port: peerPort }) => peers.add(`${host}:${peerPort}`);
      dht.on('peer', onPeer);
      dht.lookup(infoHash, (error) => {
        dht.off('peer', onPeer);
        if (error) reject(error);
        else resolve([...peers]);
      });
    }),
};

createInterface(process.stdin)
  .on('line', async (line) => {
    const { id, op, ...args } = JSON.parse(line);
    let reply;
    try {
      reply = { id, result: (await operations[op](args)) ?? null };
    } catch (error) {
      reply = { id, error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  })
  .on('close', () => process.exit());
