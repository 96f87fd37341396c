import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { installationRoot } from '../platform/process/installation-root.js';

const require = createRequire(import.meta.url);
const own = (name: string) => join(installationRoot, 'console', 'assets', name);
const uPlot = (name: string) => join(dirname(require.resolve('uplot/package.json')), 'dist', name);
const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';

/** What a browser loads beside a page: ours, and the plots' library as its package has it. */
const assets: Readonly<Record<string, readonly [file: string, type: string]>> = {
  'console.css': [own('console.css'), style],
  'console.js': [own('console.js'), script],
  'icon.svg': [own('icon.svg'), 'image/svg+xml'],
  'plots.js': [own('plots.js'), script],
  'uPlot.css': [uPlot('uPlot.min.css'), style],
  'uPlot.js': [uPlot('uPlot.iife.min.js'), script],
};

/** Each is read once. */
export function serveAssets(app: FastifyInstance): void {
  for (const [name, [file, type]] of Object.entries(assets)) {
    const content = readFileSync(file);
    app.get(`/assets/${name}`, (_request, reply) =>
      reply.header('content-type', type).header('cache-control', 'no-cache').send(content),
    );
  }
}
