import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Takes a connection that came to the port. */
export type TakeConnection = (socket: Socket) => void;

/**
 * A port that listens at once and makes its server when the first connection comes, so that a start is not slowed by
 * modules that many runs never need. Connections of that first moment wait.
 */
export class LatePort {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(host: string, port: number, make: () => Promise<TakeConnection>): Promise<LatePort> {
    const server = createServer({ pauseOnConnect: true });
    const late = new LatePort(server);
    let made: Promise<TakeConnection> | undefined;
    server.on('connection', (socket) => {
      late.#sockets.add(socket);
      socket.on('close', () => late.#sockets.delete(socket));
      // Whoever takes it listens for its errors; until then a client that leaves is no error of ours.
      socket.on('error', () => socket.destroy());
      made ??= make();
      made.then(
        (take) => {
          take(socket);
          socket.resume();
        },
        (error: unknown) => {
          process.stderr.write(`The server of port ${late.port} cannot be made: ${String(error)}\n`);
          socket.destroy();
        },
      );
    });
    server.listen(port, host);
    await once(server, 'listening');
    return late;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
