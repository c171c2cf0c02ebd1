import { SteerboardError, type ErrorFields } from '../../core/errors.js';
import { infoUrl, pageUrl, type HubAddress } from '../../core/hub/address.js';
import { readListing, type HubListing } from '../../core/hub/listing.js';
import { pause, pauseBefore, Stalled, usualPatience, waitFor, type Beat, type Patience } from './patience.js';

/** Speaks to one hub about one model. */
export class HubClient {
  constructor(
    readonly address: HubAddress,
    private readonly token: string | undefined,
    readonly patience: Patience = usualPatience,
  ) {}

  /** What the revision holds. @throws `hub-…` */
  async listing(beat: Beat): Promise<HubListing> {
    const json = await this.patiently(beat, async () => {
      const response = await this.get(infoUrl(this.address), beat);
      return waitFor(response.json() as Promise<unknown>, this.patience, beat).catch((error: unknown) => {
        if (error instanceof SyntaxError) return null;
        throw error;
      });
    });
    return readListing(json, this.address);
  }

  /**
   * Asks for an address of the hub, from a byte on when `from` is not 0.
   * The token goes to the hub only: a browser drops the header when it is redirected to another host.
   * @throws `hub-…` for every answer that is not content
   */
  async get(url: string, beat: Beat, from = 0, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.token) headers['Authorization'] = `Bearer ${this.token}`;
    if (from > 0) headers['Range'] = `bytes=${from}-`;
    const asked = fetch(url, {
      headers,
      mode: 'cors',
      credentials: 'omit',
      // The hub sees which model is asked for, not which page asks.
      referrerPolicy: 'no-referrer',
      // What is stored here is ours to check; the browser's cache would keep everything a second time.
      cache: 'no-store',
      ...(signal ? { signal } : {}),
    });
    const response = await waitFor(asked, this.patience, beat).catch((error: unknown) => {
      throw this.explain(error, url);
    });
    if (response.ok || response.status === 416) return response;
    void response.body?.cancel().catch(() => undefined);
    throw this.refusal(response, url);
  }

  /** Tries again, with longer and longer pauses, what a busy hub or a broken connection made fail. */
  async patiently<Value>(beat: Beat, work: () => Promise<Value>): Promise<Value> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const told = this.explain(error);
        const wait = isPassing(told) && !isOffline() ? pauseBefore(attempt, told, this.patience) : null;
        if (wait === null) throw told;
        await pause(wait, this.patience, beat);
      }
    }
  }

  /** Our own errors pass; what fetch and streams throw is a connection that broke. */
  explain(error: unknown, url = ''): unknown {
    if (error instanceof SteerboardError) return error;
    if (!(error instanceof Stalled || error instanceof TypeError || isDomError(error))) return error;
    const { host } = this.address;
    const what =
      error instanceof Stalled
        ? `${host} stopped sending for ${Math.round(this.patience.stall / 1000)} seconds.`
        : isOffline()
          ? 'There is no network.'
          : `${host} cannot be reached, or the connection broke off.`;
    const next = isInfo(url)
      ? 'Check the network and the address; models that are stored here open without it.'
      : 'What arrived is kept: try again to go on from there.';
    return new SteerboardError('hub-unreachable', `${what} ${next}`, {
      host,
      cause: error instanceof Error ? error.message : String(error),
    });
  }

  private refusal(response: Response, url: string): SteerboardError {
    const { status } = response;
    const { host, id, revision } = this.address;
    const reason = response.headers.get('X-Error-Code') ?? '';
    const fields: ErrorFields = { status, host, id, revision, ...(reason ? { reason } : {}) };
    const page = pageUrl(this.address);
    if (reason === 'RepoNotFound') {
      const message = `There is no model ${id} on ${host}. Check the spelling; if it is private, paste an access token that may read it.`;
      return new SteerboardError('hub-not-found', message, fields);
    }
    if (status === 401 || status === 403)
      return new SteerboardError('hub-refused', this.refused(status, reason, page), fields);
    if (status === 404 || status === 410) {
      const path = isInfo(url)
        ? ''
        : decodeURIComponent(url.split('/resolve/')[1]?.split('/').slice(1).join('/') ?? url);
      const message =
        reason === 'RevisionNotFound'
          ? `${id} has no revision “${revision}”. Look at its branches on ${page}, or leave the revision out.`
          : isInfo(url)
            ? `There is no model ${id}${revision === 'main' ? '' : ` with a revision “${revision}”`} on ${host}. Check the spelling.`
            : `${path} of ${id} is not there any more. Open the model again to see what it has now.`;
      return new SteerboardError('hub-not-found', message, path ? { ...fields, path } : fields);
    }
    if (status === 429 || status >= 500) {
      const after = retryAfter(response);
      const when = after === null ? 'in a few minutes' : `in ${Math.max(1, Math.ceil(after / 1000))} seconds`;
      const what = status === 429 ? 'says that it was asked too often' : `is in trouble (status ${status})`;
      return new SteerboardError('hub-busy', `${host} ${what}. Try again ${when}; what arrived is kept.`, {
        ...fields,
        ...(after === null ? {} : { retryAfterMs: after }),
      });
    }
    return new SteerboardError(
      'hub-unreachable',
      `${host} gave an answer that was not expected (status ${status}). Try again later.`,
      fields,
    );
  }

  private refused(status: number, reason: string, page: string): string {
    const { id } = this.address;
    if (reason === 'DisabledRepo') return `${id} was disabled by the hub. Take another model.`;
    if (reason === 'GatedRepo' || status === 403) {
      return this.token
        ? `This token has no access to ${id}. Accept the licence on ${page} with the account that the token belongs to, and see that the token may read gated models.`
        : `${id} is gated. Accept its licence on ${page}, then paste an access token of your account here.`;
    }
    return this.token
      ? `The hub does not accept this access token. Make a new one in your account's settings and paste it here.`
      : `There is no model ${id}, or it is private or gated. Check the spelling; if you have access, accept its licence on ${page} and paste an access token here.`;
  }
}

/** Whether an address is that of what a revision holds, and not of a file. */
function isInfo(url: string): boolean {
  return url.includes('/api/models/');
}

/** Milliseconds that the hub asks to wait: seconds, or a date. */
function retryAfter(response: Response): number | null {
  const text = response.headers.get('Retry-After');
  if (text === null || text.trim() === '') return null;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

/** Whether trying again may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof SteerboardError && (error.code === 'hub-busy' || error.code === 'hub-unreachable');
}

function isOffline(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false;
}

function isDomError(error: unknown): boolean {
  return (
    typeof DOMException !== 'undefined' &&
    error instanceof DOMException &&
    ['NetworkError', 'AbortError'].includes(error.name)
  );
}
