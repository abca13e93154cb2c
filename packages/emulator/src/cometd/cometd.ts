import type { FastifyInstance } from 'fastify';
import type { Org } from '../org.ts';
export function registerCometd(_app: FastifyInstance, _org: Org, _quietMs?: number): void {}
