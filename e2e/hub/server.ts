/**
 * A hub of models on this machine: its addresses, headers, redirects and errors are those of the Hugging Face Hub, and its manners
 * can be made as bad as a network's. Tests start it in their own process.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixtureModels, HubRepository, type HubContent, type RepositoryOptions } from './repository.js';
import { sendContent, type Manner, type MannerOptions } from './manners.js';

export type { Manner } from './manners.js';

/** One request as it came in. */
export interface HubRequest {
  /** `hub`, or `cdn` where large files are. */
  readonly server: 'hub' | 'cdn';
  readonly method: string;
  /** Path of the model's file, or `api` for what the revision holds. */
  readonly path: string;
  readonly range: string | null;
  readonly authorization: string | null;
}

/** Token that every gated model gives access to, and one of an account that accepted no licence. */
export const tokens = { member: 'hf_member', stranger: 'hf_stranger' } as const;

/** Headers that the hub lets scripts of other sites read. */
const exposed =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag';

export class HubServer {
  readonly requests: HubRequest[] = [];
  private readonly repositories = new Map<string, HubRepository>();
  private readonly stored = new Map<string, HubContent>();
  private manners: { manner: Manner; options: MannerOptions; left: number }[] = [];
  private readonly hub: Server;
  private readonly cdn: Server;
  /** Origin, such as `http://127.0.0.1:5000`; what a model's source calls its host. */
  address = '';
  private cdnAddress = '';

  private constructor() {
    this.hub = createServer((request, response) => this.answer(request, response));
    this.cdn = createServer((request, response) => this.answerFromCdn(request, response));
  }

  /** With every model of `test/fixtures/models` as `steerboard-tests/<name>`, and the bundled one as `steerboard-tests/tales`. */
  static async start(): Promise<HubServer> {
    const server = new HubServer();
    for (const [id, files] of fixtureModels()) server.add(id, files);
    server.address = await listen(server.hub);
    server.cdnAddress = await listen(server.cdn);
    return server;
  }

  async close(): Promise<void> {
    this.reset();
    await Promise.all(
      [this.hub, this.cdn].map((server) => {
        server.closeAllConnections();
        return new Promise<void>((resolve) => server.close(() => resolve()));
      }),
    );
  }

  /** Ends every bad manner and forgets the requests. Connections that hang are cut. */
  reset(): void {
    this.manners = [];
    this.requests.length = 0;
    this.breakConnections();
  }

  breakConnections(): void {
    this.cdn.closeAllConnections();
    this.hub.closeAllConnections();
  }

  /** A model made of texts and bytes; an id that is there already gets a further commit. */
  add(id: string, files: ReadonlyMap<string, () => Buffer>, options: RepositoryOptions = {}): HubRepository {
    const repository = this.repositories.get(id) ?? new HubRepository(id, options);
    this.repositories.set(id, repository);
    repository.commit(files);
    return repository;
  }

  repository(id: string): HubRepository {
    return this.repositories.get(id)!;
  }

  /**
   * From now on, requests for this path are answered badly.
   * @param path of a model's file, or `api` for what the revision holds
   */
  misbehave(path: string, manner: Manner, options: MannerOptions = {}): void {
    this.manners.push({ manner, options: { ...options, path }, left: options.times ?? Infinity });
  }

  /** How often a file was asked for at the place that gives its content. */
  served(path: string): readonly HubRequest[] {
    const atCdn = this.requests.filter((it) => it.path === path && it.server === 'cdn');
    return atCdn.length > 0 ? atCdn : this.requests.filter((it) => it.path === path);
  }

  private mannerOf(path: string, at: 'door' | 'content'): Manner | null {
    const found = this.manners.find(
      ({ manner, options, left }) =>
        left > 0 &&
        options.path === path &&
        (manner.kind === 'status' || manner.kind === 'unreachable') === (at === 'door'),
    );
    if (!found) return null;
    found.left -= 1;
    return found.manner;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.address);
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Expose-Headers', exposed);
    response.setHeader('Vary', 'Origin');
    if (request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Headers', 'authorization,range');
      response.writeHead(200).end();
      return;
    }
    const info = /^\/api\/models\/(.+?)\/revision\/([^/]+)$/.exec(url.pathname);
    const file = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const found = info ?? file;
    const path = info ? 'api' : decodeURIComponent(file?.[3] ?? '');
    this.note('hub', request, path);
    const manner = this.mannerOf(path, 'door');
    if (manner?.kind === 'unreachable') {
      request.socket.destroy();
      return;
    }
    if (manner?.kind === 'status') {
      refuse(response, manner.status, manner.errorCode ?? '', manner.message ?? '', manner.retryAfter);
      return;
    }
    const repository = found ? this.repositories.get(found[1]!) : undefined;
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const isKnown = token === null || (Object.values(tokens) as string[]).includes(token);
    if (!isKnown) return refuse(response, 401, '', 'Invalid credentials in Authorization header');
    if (!repository) return refuse(response, token === null ? 401 : 404, 'RepoNotFound', 'Repository not found');
    const state = repository.at(decodeURIComponent(found![2]!));
    if (!state) return refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${found![2]}`);
    response.setHeader('X-Repo-Commit', state.commit);
    if (info) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(repository.describe(state)));
      return;
    }
    if (repository.options.gated && token !== tokens.member) {
      const message = `Access to model ${repository.id} is restricted.`;
      return refuse(response, token === null ? 401 : 403, 'GatedRepo', message);
    }
    const content = state.files.get(path);
    if (!content) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
    if (!content.isLarge) {
      sendContent(request, response, content, `"${content.blob}"`, this.mannerOf(path, 'content'));
      return;
    }
    const key = `${content.sha256}/${encodeURIComponent(path)}`;
    this.stored.set(key, content);
    response.writeHead(302, {
      Location: `${this.cdnAddress}/${key}`,
      'X-Linked-Size': String(content.size),
      'X-Linked-ETag': `"${content.sha256}"`,
    });
    response.end();
  }

  /** Large files: another origin, which knows nothing of tokens and would not allow the header. */
  private answerFromCdn(request: IncomingMessage, response: ServerResponse): void {
    const key = (request.url ?? '/').slice(1);
    const content = this.stored.get(key);
    const path = decodeURIComponent(key.split('/')[1] ?? '');
    this.note('cdn', request, path);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', '*');
    if (!content || request.method === 'OPTIONS') {
      response.writeHead(content ? 405 : 403).end();
      return;
    }
    sendContent(request, response, content, `"${content.sha256}"`, this.mannerOf(path, 'content'));
  }

  private note(server: HubRequest['server'], request: IncomingMessage, path: string): void {
    this.requests.push({
      server,
      path,
      method: request.method ?? '',
      range: request.headers.range ?? null,
      authorization: request.headers.authorization ?? null,
    });
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string, retryAfter?: string): void {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (code) headers['X-Error-Code'] = code;
  if (message) headers['X-Error-Message'] = message;
  if (retryAfter !== undefined) {
    headers['Retry-After'] = retryAfter;
    headers['Access-Control-Expose-Headers'] = `${exposed},Retry-After`;
  }
  response.writeHead(status, headers).end(JSON.stringify({ error: message }));
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
