/** One WebTorrent client with one torrent, driven by JSON lines: { id, op, ... } in, { id, result | error } out. */
import { createWebTorrent } from './create-webtorrent.mjs';
import { serveLines } from './serve-lines.mjs';

const client = createWebTorrent({ port: Number(process.argv[2]), dht: false });
let torrent;
let failure;
client.on('error', (error) => (failure = String(error)));

const add = (source, path) => {
  torrent = client.add(source, { path });
  torrent.on('error', (error) => (failure = String(error)));
};

serveLines({
  seed: ({ torrent: file, dir, uploadLimit }) => {
    if (uploadLimit > 0) client.throttleUpload(uploadLimit);
    add(file, dir);
  },
  leech: ({ source, dir, downloadLimit }) => {
    if (downloadLimit > 0) client.throttleDownload(downloadLimit);
    add(source, dir);
  },
  addPeer: ({ host, port }) => {
    torrent.addPeer(`${host}:${port}`);
  },
  status: () => {
    if (failure !== undefined) throw new Error(failure);
    return { isDone: torrent.done, progress: torrent.progress, peers: torrent.numPeers };
  },
});
