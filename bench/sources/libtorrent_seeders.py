"""Several libtorrent sessions in one process, all seeding one torrent, driven as libtorrent_peer.py: `peers-folder settings port...`."""
import json
import sys

sys.path.insert(0, sys.argv[1])
import libtorrent_peer  # noqa: E402
from libtorrent_peer import Peer, lt  # noqa: E402


class Seeders(Peer):
    def __init__(self, settings, ports):
        self.peers = [Peer("127.0.0.1:%s" % port, settings) for port in ports]

    def op_seed(self, torrent, dir, uploadLimits):
        """Without reading the data, which was made for it."""
        pieces = lt.torrent_info(torrent).num_pieces()
        for peer, limit in zip(self.peers, uploadLimits):
            params = lt.add_torrent_params()
            params.have_pieces = [True] * pieces
            peer._add(params, dir, torrent=torrent)
            peer.handle.set_upload_limit(limit)

    def op_addPeer(self, host, port):
        for peer in self.peers:
            peer.op_addPeer(host, port)

    def op_status(self):
        statuses = [peer.handle.status() for peer in self.peers]
        return {
            "areSeeding": all(status.is_seeding for status in statuses),
            "connections": sum(status.num_peers for status in statuses),
            "uploadedBytes": sum(status.total_payload_upload for status in statuses),
        }


libtorrent_peer.serve(Seeders(json.loads(sys.argv[2]), sys.argv[3:]))
