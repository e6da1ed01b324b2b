"""A DHT of libtorrent sessions, each on a loopback address of its own, driven by JSON lines: {"id", "op", ...} in, {"id", "result" | "error"} out."""
import json
import os
import sys

import libtorrent as lt

SETTINGS = {
    "enable_dht": True,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "dht_bootstrap_nodes": "",
    # All addresses here are of one network, which a node of the public DHT would distrust.
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "dht_prefer_verified_node_ids": False,
    "dht_block_ratelimit": 1000,
    "dht_upload_rate_limit": 1000000,
    "enable_incoming_utp": False,
    "enable_outgoing_utp": False,
    "in_enc_policy": 2,
    "out_enc_policy": 2,
    "alert_mask": 0,
}


class Dht:
    def __init__(self, hosts, port):
        self.endpoints = [(host, port) for host in hosts]
        self.sessions = [
            lt.session({**SETTINGS, "listen_interfaces": "%s:%d" % endpoint}) for endpoint in self.endpoints
        ]
        self.handle = None

    def op_join(self):
        """Tells every node of the others and answers how many nodes each one knows. To be asked until it is enough."""
        for session, own in zip(self.sessions, self.endpoints):
            for endpoint in self.endpoints:
                if endpoint != own:
                    session.add_dht_node(endpoint)
        return [session.status().dht_nodes for session in self.sessions]

    def op_seed(self, torrent, dir):
        """The last node seeds a torrent, which it announces in the DHT."""
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(torrent)
        params.save_path = dir
        params.flags &= ~lt.torrent_flags.auto_managed
        params.flags &= ~lt.torrent_flags.paused
        self.handle = self.sessions[-1].add_torrent(params)

    def op_announce(self):
        """Announces once more and answers whether it seeds."""
        self.handle.force_dht_announce()
        return self.handle.status().is_seeding


def main():
    dht = Dht(json.loads(sys.argv[1]), int(sys.argv[2]))
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"id": request.pop("id")}
        try:
            reply["result"] = getattr(dht, "op_" + request.pop("op"))(**request)
        except Exception as error:
            reply["error"] = "%s: %s" % (type(error).__name__, error)
        print(json.dumps(reply), flush=True)


main()
# The sessions' destructors wait for announces; nothing here needs their answer.
os._exit(0)
