/**
 * A whole experiment in the fragment of an address, `#experiment=…`: JSON, deflated (RFC 1951), in base64url (RFC 4648 §5). What stands behind # goes
 * to no server.
 */
import { deflateSync, Inflate } from 'fflate';
import { SteerboardError } from '../errors.js';
import { decodeBytes, encodeBytes } from '../formats/base64.js';
import { decodeText, encodeText } from '../formats/utf8.js';
import { readExperiment, writeExperiment } from './document.js';
import type { ExperimentDocument } from './schema.js';

const beginning = '#experiment=';
/** Longest fragment: what chat programs and mail still take whole. */
export const longestLink = 30_000;
/** Most bytes of JSON in a link. An honest one of the longest length has about a tenth; a crafted one could have thirty million. */
const mostBytes = 2 * 2 ** 20;
/** Inflated by so much at a time, which gives 264 kB at the most, so that what is too large is known before it is there. */
const pieceLength = 256;

/** A link's fragment, however long; {@link isTooLong} says whether to give it away. */
export function writeLink(experiment: ExperimentDocument): string {
  const bytes = deflateSync(encodeText(writeExperiment(experiment)), { level: 9 });
  return beginning + encodeBytes(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function isTooLong(fragment: string): boolean {
  return fragment.length > longestLink;
}

export function isLink(fragment: string): boolean {
  return fragment.startsWith(beginning);
}

/** @throws SteerboardError `document-invalid`, `document-newer`; nothing else, whatever the fragment holds */
export function readLink(fragment: string): ExperimentDocument {
  if (!isLink(fragment)) throw broken('it holds no experiment');
  // Honest links that grew in a newer version may be longer than what is written here.
  if (fragment.length > 4 * longestLink) throw broken('it is longer than any link that this page makes');
  try {
    return readExperiment(decodeText(inflated(bytesOf(fragment.slice(beginning.length))), 'the link'));
  } catch (error) {
    if (!(error instanceof SteerboardError)) throw error;
    // What is said of files holds of links.
    const message = error.message.replace('This file cannot be imported:', 'This link cannot be opened:');
    throw new SteerboardError(error.code, message, error.fields);
  }
}

function bytesOf(letters: string): Uint8Array<ArrayBuffer> {
  const base64 = letters.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = /[+/=]/.test(letters) ? null : decodeBytes(base64.padEnd(4 * Math.ceil(base64.length / 4), '='));
  if (bytes === null || bytes.length === 0) throw broken('it is incomplete or was changed on the way');
  return bytes;
}

function inflated(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  const inflate = new Inflate((piece, final) => {
    pieces.push(piece);
    length += piece.length;
    ended ||= final;
  });
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const last = at + pieceLength >= bytes.length;
    try {
      inflate.push(bytes.subarray(at, at + pieceLength), last);
    } catch {
      throw broken('it is incomplete or was changed on the way');
    }
    if (length > mostBytes) throw broken('it holds more than any link that this page makes');
  }
  if (!ended) throw broken('it is incomplete or was changed on the way');
  const whole = new Uint8Array(length);
  let to = 0;
  for (const piece of pieces) {
    whole.set(piece, to);
    to += piece.length;
  }
  return whole;
}

function broken(why: string): SteerboardError {
  return new SteerboardError(
    'document-invalid',
    `This link cannot be opened: ${why}. Ask for it again, or for the experiment as a file.`,
  );
}
