import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { installationRoot } from '../platform/process/installation-root.js';

const { resolve } = createRequire(import.meta.url);
const own = (name: string) => readFileSync(join(installationRoot, 'console', 'assets', name));
const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';

/** What a browser loads beside a page: ours, and the plots' library, which the build puts into the program. */
export function serveAssets(app: FastifyInstance): void {
  const serve = (name: string, type: string, content: Buffer) =>
    app.get(`/assets/${name}`, (_request, reply) =>
      reply.header('content-type', type).header('cache-control', 'no-cache').send(content),
    );
  serve('console.css', style, own('console.css'));
  serve('console.js', script, own('console.js'));
  serve('icon.svg', 'image/svg+xml', own('icon.svg'));
  serve('plots.js', script, own('plots.js'));
  serve('uPlot.css', style, readFileSync(resolve('uplot/dist/uPlot.min.css')));
  serve('uPlot.js', script, readFileSync(resolve('uplot/dist/uPlot.iife.min.js')));
}
