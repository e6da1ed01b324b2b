import type {
  BindOptions,
  BindUdpOptions,
  ISocketFactory,
  ITcpServer,
  ITcpSocket,
  IUdpSocket,
} from '../../interfaces/socket.js';
import { NodeTcpServer } from './node-tcp-server.js';
import { NodeTcpSocket } from './node-tcp-socket.js';
import { NodeUdpSocket } from './node-udp-socket.js';

export { NodeTcpSocket, NodeUdpSocket };

/** The sockets of this machine. */
export class NodeSocketFactory implements ISocketFactory {
  createTcpSocket(): ITcpSocket {
    return new NodeTcpSocket();
  }

  listenTcp(options: BindOptions): Promise<ITcpServer> {
    return NodeTcpServer.listen(options);
  }

  bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    return NodeUdpSocket.bind(options);
  }
}
