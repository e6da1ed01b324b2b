"""
A libtorrent session that takes one magnet link: `port [router]`. Says {"id", "result"} to `start` once it listens and has joined the DHT,
if it is to use one, and to `add` with the seconds from there to the metadata and to the first piece.
"""
import json
import os
import sys
import time

import libtorrent as lt

CATEGORIES = lt.alert.category_t
SETTINGS = {
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "in_enc_policy": 2,
    "out_enc_policy": 2,
    "alert_mask": CATEGORIES.status_notification
    | CATEGORIES.piece_progress_notification
    | CATEGORIES.dht_notification,
}
TIMEOUT_SECONDS = 50


class Client:
    def __init__(self, port, router):
        self.router = router
        self.session = lt.session(
            {
                **SETTINGS,
                "listen_interfaces": "127.0.0.1:%d" % port,
                "enable_dht": router != "",
                "dht_bootstrap_nodes": router,
            }
        )

    def op_start(self):
        self._wait(lt.dht_bootstrap_alert if self.router else lt.listen_succeeded_alert)

    def op_add(self, magnet, dir):
        params = lt.parse_magnet_uri(magnet)
        params.save_path = dir
        params.flags &= ~lt.torrent_flags.auto_managed
        params.flags &= ~lt.torrent_flags.paused
        begin = time.monotonic()
        self.session.async_add_torrent(params)
        metadata, piece = self._wait(lt.metadata_received_alert, lt.piece_finished_alert)
        return {"metadataSeconds": metadata - begin, "pieceSeconds": piece - begin}

    def _wait(self, *kinds):
        """Resolves to when the first alert of each kind came."""
        seen = {}
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            self.session.wait_for_alert(100)
            now = time.monotonic()
            for alert in self.session.pop_alerts():
                seen.setdefault(type(alert), now)
            if all(kind in seen for kind in kinds):
                return [seen[kind] for kind in kinds]
        raise RuntimeError("not within %d s: %s" % (TIMEOUT_SECONDS, [kind.__name__ for kind in kinds if kind not in seen]))


def main():
    client = Client(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"id": request.pop("id")}
        try:
            reply["result"] = getattr(client, "op_" + request.pop("op"))(**request)
        except Exception as error:
            reply["error"] = "%s: %s" % (type(error).__name__, error)
        print(json.dumps(reply), flush=True)


main()
os._exit(0)
