"""A DHT of libtorrent nodes, one per loopback address, driven by JSON lines: {"id", "op", ...} in, {"id", "result" | "error"} out."""
import json
import os
import sys
import time

import libtorrent as lt

SETTINGS = {
    "enable_dht": True,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "alert_mask": lt.alert.category_t.stats_notification | lt.alert.category_t.dht_operation_notification,
}
REPLY_SECONDS = 10


class Nodes:
    def __init__(self, port, count):
        """They stand on 127.0.0.2 and the following. Each is told of all: libtorrent never lists those it starts from."""
        self.sessions = [
            lt.session(
                {
                    **SETTINGS,
                    "listen_interfaces": "127.0.0.%d:%d" % (2 + index, port),
                    "dht_bootstrap_nodes": "",
                }
            )
            for index in range(count)
        ]
        for session in self.sessions:
            for index in range(count):
                session.add_dht_node(("127.0.0.%d" % (2 + index), port))

    def op_counts(self):
        """How many nodes each of them knows."""
        for session in self.sessions:
            session.post_session_stats()
        return [self._alert(session, lt.session_stats_alert).values["dht.dht_nodes"] for session in self.sessions]

    def op_find(self, infoHash):
        """Who is announced, as host:port, as the last node finds it."""
        session = self.sessions[-1]
        session.dht_get_peers(lt.sha1_hash(bytes.fromhex(infoHash)))
        return ["%s:%d" % peer for peer in self._alert(session, lt.dht_get_peers_reply_alert).peers()]

    @staticmethod
    def _alert(session, kind):
        deadline = time.monotonic() + REPLY_SECONDS
        while time.monotonic() < deadline:
            session.wait_for_alert(100)
            for alert in session.pop_alerts():
                if isinstance(alert, kind):
                    return alert
        raise RuntimeError("no %s within %d s" % (kind.__name__, REPLY_SECONDS))


def main():
    nodes = Nodes(int(sys.argv[1]), int(sys.argv[2]))
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"id": request.pop("id")}
        try:
            reply["result"] = getattr(nodes, "op_" + request.pop("op"))(**request)
        except Exception as error:
            reply["error"] = "%s: %s" % (type(error).__name__, error)
        print(json.dumps(reply), flush=True)


main()
os._exit(0)
