import { createServer } from 'node:http';
import Server from 'bittorrent-tracker/server';

const server = new Server({ http: true, udp: true, ws: false, stats: false, trustProxy: false });
server.on('error', (error) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
// Tells of a malformed request; the tracker has answered it.
server.on('warning', (error) => process.stderr.write(`${String(error)}\n`));
// It listens to HTTP on one address alone.
createServer((request, response) => server.onHttpRequest(request, response)).listen(Number(process.argv[2]), '::1');
server.listen(Number(process.argv[2]), { http: '127.0.0.1', udp: '127.0.0.1', udp6: '::1' });
