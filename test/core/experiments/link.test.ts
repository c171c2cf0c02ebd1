import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import {
  isLink,
  isTooLong,
  longestLink,
  readLink,
  writeExperiment,
  writeLink,
} from '../../../src/core/experiments/index.js';
import { uniformSource } from '../../../src/core/tensors/random.js';
import { validExperiment } from './valid-experiment.js';

/** A link of any bytes, made by another implementation of RFC 1951 and RFC 4648 §5. */
const linkOf = (bytes: Uint8Array | string): string =>
  `#experiment=${deflateRawSync(bytes, { level: 9 }).toString('base64url')}`;

function attempt(link: string): SteerboardError | null {
  try {
    readLink(link);
    return null;
  } catch (error) {
    if (error instanceof SteerboardError) return error;
    throw error;
  }
}

describe('a link', () => {
  it('holds the whole experiment, as another implementation reads it', () => {
    const link = writeLink(validExperiment());
    expect(link).toMatch(/^#experiment=[\w-]+$/);
    const bytes = inflateRawSync(Buffer.from(link.slice('#experiment='.length), 'base64url'));
    expect(bytes.toString('utf8')).toBe(writeExperiment(validExperiment()));
    expect(readLink(link)).toEqual(validExperiment());
  });

  it('made by another implementation is read', () => {
    expect(readLink(linkOf(writeExperiment(validExperiment())))).toEqual(validExperiment());
  });

  it('is told from other fragments, and a long one from a short one', () => {
    expect(isLink('#experiment=abc')).toBe(true);
    expect(isLink('#model=abc')).toBe(false);
    expect(isTooLong(`#experiment=${'a'.repeat(longestLink)}`)).toBe(true);
    expect(isTooLong(writeLink(validExperiment()))).toBe(false);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '#experiment=', /incomplete or was changed/],
    ['letters of no alphabet', '#experiment=ab$c', /incomplete or was changed/],
    ['plain base64', '#experiment=q+/=', /incomplete or was changed/],
    ['its end cut off', writeLink(validExperiment()).slice(0, -40), /incomplete or was changed/],
    ['bytes that are not text', linkOf(Uint8Array.of(0xff, 0xfe, 0x80)), /not text/],
    ['JSON of something else', linkOf('{"format":"steerboard"}'), /format is not/],
    ['200 MB of zeros', linkOf(new Uint8Array(200e6)), /longer than any link|holds more than any link/],
    ['60 MB of zeros in a short link', linkOf(new Uint8Array(60e6)), /holds more than any link/],
    ['a million opening brackets', linkOf('['.repeat(1e6)), /not JSON|nested/],
    ['letters without end', `#experiment=${'A'.repeat(5e6)}`, /longer than any link/],
  ])('with %s is refused as a link', (_, link, says) => {
    const error = attempt(link);
    expect(error?.code).toBe('document-invalid');
    expect(error?.message).toMatch(/^This link cannot be opened: /);
    expect(error?.message).toMatch(says);
  });

  it('that inflates without end is stopped soon after the most that a link may hold', () => {
    // 2 MB of JSON are allowed; of 60 MB no more than a piece beyond may be there at once.
    const before = process.memoryUsage().arrayBuffers;
    const link = linkOf(new Uint8Array(60e6));
    expect(link.length).toBeLessThan(4 * longestLink);
    const made = process.memoryUsage().arrayBuffers;
    expect(attempt(link)).not.toBeNull();
    expect(process.memoryUsage().arrayBuffers - Math.max(before, made)).toBeLessThan(20e6);
  });

  it('that was changed on the way throws nothing but an error of ours', () => {
    const uniform = uniformSource(5);
    const below = (count: number): number => Math.floor(uniform() * count);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const valid = writeLink(validExperiment());
    let refused = 0;
    for (let round = 0; round < 1000; round++) {
      const link = [...valid];
      for (let change = 0; change <= below(4); change++) {
        link.splice('#experiment='.length + below(valid.length - 12), below(3), letters[below(64)]!);
      }
      if (attempt(link.join(''))) refused++;
    }
    expect(refused).toBeGreaterThan(800);
  });

  it('of JSON with wrong values throws nothing but an error of ours', () => {
    const uniform = uniformSource(6);
    const below = (count: number): number => Math.floor(uniform() * count);
    const wrong = [
      null,
      true,
      -1,
      1e308,
      0.5,
      '',
      'x'.repeat(5000),
      [],
      {},
      [[[]]],
      { kind: 'token' },
      '__proto__',
      'AAAA',
    ];
    const text = writeExperiment(validExperiment());
    const tally = { refused: 0, read: 0 };
    for (let round = 0; round < 600; round++) {
      const target = below(140);
      let at = 0;
      const changed = JSON.parse(text, (_, value: unknown) =>
        at++ === target ? wrong[below(wrong.length)] : value,
      ) as unknown;
      tally[attempt(linkOf(JSON.stringify(changed) ?? 'null')) ? 'refused' : 'read']++;
    }
    expect(tally.refused).toBeGreaterThan(200);
    expect(tally.read).toBeGreaterThan(20);
  });
});
