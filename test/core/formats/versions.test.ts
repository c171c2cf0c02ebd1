/** Files of every version of the format that was ever written are read as they were meant. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readDocument } from '../../../src/core/formats/index.js';
import { validDocument } from './valid-document.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/formats/${name}`, import.meta.url), 'utf8');

it.each(['1.0', '1.1'])('a document of version %s', (version) => {
  expect(readDocument(fixture(`steerboard-${version}.json`))).toEqual({ ...validDocument(), version });
});

it('the document of version 1.0 is what its readers took', () => {
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(fixture('steerboard-1.0.schema.json')) as object);
  expect(validate(JSON.parse(fixture('steerboard-1.0.json'))), JSON.stringify(validate.errors)).toBe(true);
});
