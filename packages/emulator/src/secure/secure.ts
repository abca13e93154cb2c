/**
 * The org's two TLS ports: HTTPS, where everything the HTTP port answers is answered too, and gRPC, where the Pub/Sub API
 * is. Both show a certificate for `localhost` and `127.0.0.1` by an authority of the org's own, kept in its file; `caFile`
 * is that authority's certificate, for clients that want to trust it rather than not to look.
 *
 * The servers behind the ports are made when the first connection comes. Addresses the org tells of itself stay those of
 * the HTTP port.
 */
import { createServer, type Server } from 'node:https';
import type { FastifyInstance } from 'fastify';
import type { Org } from '../org.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { type Certificates, certificatesOf, writeCa } from './certificates.ts';
import { LatePort } from './late-port.ts';

export interface SecurePorts {
  readonly httpsPort: number;
  readonly grpcPort: number;
  /** A PEM file. */
  readonly caFile: string;
  close(): Promise<void>;
}

export interface SecureOptions {
  readonly host: string;
  /** 0 is any free port. */
  readonly httpsPort: number;
  readonly grpcPort: number;
  /** How long an event stream is silent before it says so; 270 s unless told. */
  readonly quietMs?: number | undefined;
}

const quietMs = 270_000;

export async function openSecurePorts(org: Org, app: FastifyInstance, options: SecureOptions): Promise<SecurePorts> {
  const certificates = await certificatesOf(org.store);
  const caFile = writeCa(org.jobsDirectory, certificates);
  const https = await LatePort.open(options.host, options.httpsPort, async () => {
    const server = httpsServer(app, certificates);
    return (socket) => server.emit('connection', socket);
  });
  let pubSub: PubSub | undefined;
  const grpc = await LatePort.open(options.host, options.grpcPort, async () => {
    const { makePubSub } = await import('../pubsub/pubsub.ts');
    const made = makePubSub(org, certificates, options.quietMs ?? quietMs);
    pubSub = made;
    return (socket) => made.take(socket);
  }).catch(async (error: unknown) => {
    await https.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await pubSub?.close();
    await Promise.all([https.close(), grpc.close()]);
  };
  return { httpsPort: https.port, grpcPort: grpc.port, caFile, close };
}

function httpsServer(app: FastifyInstance, { cert, key }: Certificates): Server {
  return createServer({ cert, key }, (request, response) => app.routing(request, response));
}
