import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** A host that knows files and nothing else: no headers beyond the type, a site in a folder of its own. */
export class StaticHost {
  private constructor(
    private readonly server: Server,
    /** Address of the site, ending in a slash. */
    readonly address: string,
  ) {}

  static async serve(folder: string, under: string): Promise<StaticHost> {
    const server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
      const inside = path.startsWith(under) ? normalize(path.slice(under.length)) : '..';
      const file = join(folder, inside === '.' || inside === '' ? 'index.html' : inside);
      if (inside.startsWith('..') || !existsSync(file) || !statSync(file).isFile()) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
      createReadStream(file).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StaticHost(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}`);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
