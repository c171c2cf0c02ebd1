import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { HubContent } from './repository.js';

/** What can go wrong with an answer. */
export type Manner =
  /** Refused before any content. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly errorCode?: string;
      readonly message?: string;
      readonly retryAfter?: string;
    }
  /** The connection is closed without an answer. */
  | { readonly kind: 'unreachable' }
  /** The connection breaks after so many bytes of content. */
  | { readonly kind: 'cut'; readonly after: number }
  /** After so many bytes nothing comes any more, and the connection stays open. */
  | { readonly kind: 'stall'; readonly after: number }
  /** The same name, other content: another ETag, and another length where the bytes have one. */
  | { readonly kind: 'changed'; readonly bytes: Buffer }
  /** One byte is another, under the right name, ETag and length. */
  | { readonly kind: 'damaged' }
  /** Fewer or more bytes than announced, in an answer that is whole in itself. */
  | { readonly kind: 'length'; readonly bytes: number }
  /** Everything is sent compressed, and announced with its compressed length. */
  | { readonly kind: 'compressed' }
  /** Everything is sent, whatever range was asked for. */
  | { readonly kind: 'no-ranges' };

export interface MannerOptions {
  /** How many requests are treated so; all of them when absent. */
  readonly times?: number;
  readonly path?: string;
}

/** Sends a content, or the range of it that was asked for, in the given manner. */
export function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  content: HubContent,
  etag: string,
  manner: Manner | null,
): void {
  if (manner?.kind === 'compressed') {
    const compressed = gzipSync(content.read());
    const length = String(compressed.length);
    response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': length, ETag: etag });
    response.end(request.method === 'HEAD' ? undefined : compressed);
    return;
  }
  const bytes = contentBytes(content, manner);
  const range = manner?.kind === 'no-ranges' ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = Number(range?.[1] ?? 0);
  const headers: Record<string, string> = {
    'Content-Type': 'application/octet-stream',
    ETag: manner?.kind === 'changed' ? '"another"' : etag,
    ...(manner?.kind === 'no-ranges' ? {} : { 'Accept-Ranges': 'bytes' }),
  };
  if (range && from >= bytes.length) {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${bytes.length}` }).end();
    return;
  }
  headers['Content-Length'] = String(bytes.length - from);
  if (range) headers['Content-Range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  if (manner?.kind === 'cut' || manner?.kind === 'stall') {
    const part = bytes.subarray(from, from + manner.after);
    // What was written last is sent before the connection ends.
    response.write(part, () => {
      if (manner.kind === 'cut') response.socket?.end(() => response.destroy());
    });
    return;
  }
  response.end(bytes.subarray(from));
}

function contentBytes(content: HubContent, manner: Manner | null): Buffer {
  if (manner?.kind === 'changed') return manner.bytes;
  const bytes = content.read();
  if (manner?.kind === 'length') {
    return manner.bytes <= bytes.length
      ? bytes.subarray(0, manner.bytes)
      : Buffer.concat([bytes, Buffer.alloc(manner.bytes - bytes.length)]);
  }
  if (manner?.kind !== 'damaged') return bytes;
  const damaged = Buffer.from(bytes);
  damaged[damaged.length >> 1]! ^= 1;
  return damaged;
}
