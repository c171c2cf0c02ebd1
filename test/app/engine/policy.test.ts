import { expect, it } from 'vitest';
import { allowsConnection } from '../../../src/app/engine/policy.js';
import { defaultHub } from '../../../src/core/hub/address.js';
import { contentSecurityPolicy } from '../../../scripts/content-security-policy.js';

const own = 'https://board.example';
const allows = (origin: string, policy = contentSecurityPolicy): boolean => allowsConnection(policy, origin, own);

it('the site’s policy lets the page speak to the Hub, to itself and to servers on this machine', () => {
  for (const origin of [defaultHub, own, 'http://localhost:8080', 'http://127.0.0.1:5000', 'https://cdn-lfs.hf.co'])
    expect([origin, allows(origin)]).toEqual([origin, true]);
  for (const origin of ['https://elsewhere.example', 'http://huggingface.co', 'https://evilhuggingface.co'])
    expect([origin, allows(origin)]).toEqual([origin, false]);
});

it('a policy without a word on connections allows them, and default-src speaks for it', () => {
  expect(allows('https://elsewhere.example', "script-src 'self'")).toBe(true);
  expect(allows('https://elsewhere.example', "default-src 'self'")).toBe(false);
  expect(allows('https://elsewhere.example', 'connect-src https:')).toBe(true);
  expect(allows('https://hub.example:8443', 'connect-src https://hub.example')).toBe(false);
});
