/**
 * The built web app: its files, and its first page for every address that is a screen. The content security policy lets nothing in
 * from elsewhere and no script or style that is not a file of ours, but one style, by its hash.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../errors/errors.ts';

/** react-aria's `usePress` adds this style element to the page, exactly so (react-aria 3.5, interactions/usePress). */
const PRESSABLE_STYLE = `@layer {
  [data-react-aria-pressable] {
    touch-action: pan-x pan-y pinch-zoom;
  }
}`;

const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${hashSource(PRESSABLE_STYLE)}`,
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

const NOT_BUILT =
  '<!doctype html><meta charset="utf-8"><title>Syncline</title><p>The web app is not built. Run npm run build and load this page again.';

export const registerWebApp = (app: FastifyInstance, webDir: string): void => {
  void app.register(fastifyStatic, {
    root: webDir,
    wildcard: true,
    index: false,
    // Vite names files in assets/ by their content, so they never change under one name.
    setHeaders: (reply, path) => {
      reply.header(
        'cache-control',
        path.includes(`${join(webDir, 'assets')}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  app.get('/', (_, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(firstPage(webDir)),
  );
  app.setNotFoundHandler((request, reply) => {
    const isScreen =
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      (request.headers.accept ?? '').includes('text/html');
    if (!isScreen) throw new Problem('not-found');
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(firstPage(webDir));
  });
};

const firstPage = (webDir: string): string => {
  const path = join(webDir, 'index.html');
  return existsSync(path) ? readFileSync(path, 'utf8') : NOT_BUILT;
};
