import { SteerboardError } from '../errors.js';

/** The hub that is asked when an id is typed without one. */
export const defaultHub = 'https://huggingface.co';

/** Which model of which hub is meant. */
export interface HubAddress {
  /** Origin of the hub, such as `https://huggingface.co`. */
  readonly host: string;
  /** `organisation/name`; a few old models have a name only. */
  readonly id: string;
  /** A branch, a tag or a commit; `main` when none was typed. */
  readonly revision: string;
}

const part = /^[A-Za-z0-9_](?:[\w.-]*[\w])?$/;
const otherKinds = new Set(['datasets', 'spaces', 'docs', 'papers', 'collections', 'api']);
/** Parts of a page's address that stand between a model's id and a revision. */
const views = new Set(['tree', 'blob', 'resolve', 'raw', 'commit', 'commits', 'discussions']);

/**
 * What a user types: `organisation/name`, `organisation/name@revision`, or the address of a model's page, of one of its
 * branches or of one of its files.
 *
 * @param host the hub for what is typed without one
 * @throws `hub-not-found` when it cannot be the name of a model
 */
export function parseHubAddress(typed: string, host: string = defaultHub): HubAddress {
  const text = typed.trim();
  const withHost = /^(?:https?:\/\/|(?:www\.)?(?:huggingface\.co|hf\.co)\/)/i.test(text);
  return withHost ? fromUrl(text) : fromId(text, originOf(host), typed);
}

function fromUrl(text: string): HubAddress {
  let url: URLParts;
  try {
    url = splitUrl(text);
  } catch {
    throw notAName(text);
  }
  const parts = url.path.split('/').filter((it) => it !== '');
  if (parts[0] === 'models') parts.shift();
  if (parts[0] !== undefined && otherKinds.has(parts[0])) {
    throw new SteerboardError(
      'hub-not-found',
      `${text} is not the page of a model. Open the page of a model and copy its address.`,
      {
        typed: text,
      },
    );
  }
  const at = parts.findIndex((it, index) => index > 0 && views.has(it));
  const id = (at < 0 ? parts : parts.slice(0, at)).join('/');
  // The revision of a pull request has slashes of its own.
  const after = at < 0 || parts[at] === 'discussions' ? [] : parts.slice(at + 1);
  const revision = after[0] === 'refs' ? after.slice(0, 3).join('/') : after[0];
  const typedRevision = revision === undefined ? '' : `@${decoded(revision)}`;
  return fromId(`${id}${typedRevision}`, url.origin, text);
}

interface URLParts {
  readonly origin: string;
  readonly path: string;
}

/** Core has no `URL`: the parts are taken by hand, and everything after the path is left out. */
function splitUrl(text: string): URLParts {
  const found = /^(?:(https?):\/\/)?([^/?#]+)([^?#]*)/i.exec(text);
  if (!found) throw new TypeError('not an address');
  const host = found[2]!.toLowerCase().replace(/^www\./, '');
  const scheme = (found[1] ?? 'https').toLowerCase();
  return { origin: host === 'hf.co' ? defaultHub : `${scheme}://${host}`, path: found[3] ?? '' };
}

/** A host as origin: `huggingface.co` and `https://huggingface.co/` are the same. */
export function originOf(host: string): string {
  return splitUrl(host).origin;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fromId(text: string, host: string, typed: string): HubAddress {
  const [id = '', revision = 'main', ...more] = text.split('@');
  const parts = id.split('/');
  const isName = parts.length <= 2 && parts.every((it) => part.test(it) && !it.includes('..') && it.length <= 96);
  const isRevision = /^[\w][\w./-]*$/.test(revision) && !revision.includes('..') && revision.length <= 200;
  if (!isName || !isRevision || more.length > 0) throw notAName(typed);
  return { host, id, revision };
}

function notAName(typed: string): SteerboardError {
  return new SteerboardError(
    'hub-not-found',
    `“${typed.trim().slice(0, 120)}” is not the name of a model. Type it as organisation/name or organisation/name@revision, or paste the address of its page.`,
    { typed: typed.slice(0, 200) },
  );
}

/** Whether a revision names one state for ever: 40 hexadecimal digits. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Where the hub tells what a revision holds, sizes and checksums included. */
export function infoUrl({ host, id, revision }: HubAddress): string {
  return `${host}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

/** Where the hub gives a file; large ones are redirected to where they are stored. */
export function fileUrl({ host, id }: Pick<HubAddress, 'host' | 'id'>, commit: string, path: string): string {
  const encodedPath = path.split('/').map(encodeURIComponent).join('/');
  return `${host}/${id}/resolve/${encodeURIComponent(commit)}/${encodedPath}`;
}

/** The page for people, where a licence is accepted. */
export function pageUrl({ host, id }: Pick<HubAddress, 'host' | 'id'>): string {
  return `${host}/${id}`;
}
