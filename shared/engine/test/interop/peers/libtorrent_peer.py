"""One libtorrent session with one torrent, driven by JSON lines: {"id", "op", ...} in, {"id", "result" | "error"} out."""
import json
import os
import sys
import time

import libtorrent as lt

SETTINGS = {
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "dht_bootstrap_nodes": "",
    "outgoing_interfaces": "",
    "allow_multiple_connections_per_ip": True,
    "unchoke_slots_limit": 100,
    "listen_queue_size": 200,
    "connection_speed": 500,
    "min_reconnect_time": 1,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "in_enc_policy": 2,
    "out_enc_policy": 2,
    "auto_sequential": False,
    "alert_mask": lt.alert.category_t.status_notification
    | lt.alert.category_t.storage_notification
    | lt.alert.category_t.error_notification,
}
SOURCES = ("tracker", "dht", "pex", "lsd")
FLUSH_SECONDS = 30
# create_torrent::v1_only, which the Python binding does not name.
V1_ONLY = 1 << 6


class Peer:
    def __init__(self, interfaces, settings):
        self.session = lt.session({**SETTINGS, **settings, "listen_interfaces": interfaces})
        self.handle = None

    def op_seed(self, torrent, dir, uploadLimit=0):
        self._add(lt.add_torrent_params(), dir, torrent=torrent)
        self.handle.set_upload_limit(uploadLimit)

    def op_limitUpload(self, bytesPerSecond):
        self.handle.set_upload_limit(bytesPerSecond)

    def op_leech(self, dir, torrent=None, magnet=None, downloadLimit=0):
        params = lt.parse_magnet_uri(magnet) if magnet else lt.add_torrent_params()
        self._add(params, dir, torrent=torrent)
        self.handle.set_download_limit(downloadLimit)

    def _add(self, params, dir, torrent):
        if torrent:
            params.ti = lt.torrent_info(torrent)
        params.save_path = dir
        params.flags &= ~lt.torrent_flags.auto_managed
        params.flags &= ~lt.torrent_flags.paused
        self.handle = self.session.add_torrent(params)

    def op_addPeer(self, host, port):
        self.handle.connect_peer((host, port))

    def op_status(self):
        status = self.handle.status()
        return {
            "progress": status.progress,
            "verifiedShare": status.num_pieces / max(1, self._piece_count()),
            "isSeeding": status.is_seeding,
            "peers": status.num_peers,
            "knownPeers": status.list_peers,
            "error": status.errc.message() if status.errc.value() else "",
            "downloadedBytes": status.total_payload_download,
            "uploadedBytes": status.total_payload_upload,
            "wastedBytes": status.total_redundant_bytes + status.total_failed_bytes,
        }

    def _piece_count(self):
        info = self.handle.torrent_file()
        return info.num_pieces() if info else 0

    def op_peers(self):
        return [
            {
                "host": peer.ip[0],
                "sources": [name for name in SOURCES if peer.source & getattr(lt.peer_info, name)],
                "isDialled": bool(peer.flags & lt.peer_info.local_connection),
            }
            for peer in self.handle.get_peer_info()
        ]

    def op_flush(self):
        """is_seeding comes before the last blocks are on disk."""
        self.session.pop_alerts()
        self.handle.flush_cache()
        deadline = time.monotonic() + FLUSH_SECONDS
        while time.monotonic() < deadline:
            self.session.wait_for_alert(100)
            if any(isinstance(alert, lt.cache_flushed_alert) for alert in self.session.pop_alerts()):
                return
        raise RuntimeError("the cache was not flushed within %d s" % FLUSH_SECONDS)

    def op_create(self, path, out, pieceLength, trackers):
        """An independent torrent maker. v1 only, no padding files."""
        storage = lt.file_storage()
        lt.add_files(storage, path)
        creator = lt.create_torrent(storage, pieceLength, V1_ONLY)
        for tracker in trackers:
            creator.add_tracker(tracker)
        lt.set_piece_hashes(creator, os.path.dirname(path))
        entry = creator.generate()
        with open(out, "wb") as file:
            file.write(lt.bencode(entry))

    def op_describe(self, torrent):
        info = lt.torrent_info(torrent)
        files = info.files()
        return {
            "infoHash": str(info.info_hash()),
            "pieceLength": info.piece_length(),
            "files": [[files.file_path(i), files.file_size(i)] for i in range(files.num_files())],
        }


def serve(peer):
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"id": request.pop("id")}
        try:
            reply["result"] = getattr(peer, "op_" + request.pop("op"))(**request)
        except Exception as error:
            reply["error"] = "%s: %s" % (type(error).__name__, error)
        print(json.dumps(reply), flush=True)
    # The session's destructor waits for trackers; nothing here needs their answer.
    os._exit(0)


if __name__ == "__main__":
    serve(Peer(sys.argv[1], json.loads(sys.argv[2])))
