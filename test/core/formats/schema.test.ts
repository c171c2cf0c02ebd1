import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonSchema, writeDocument } from '../../../src/core/formats/index.js';
import { validDocument } from './valid-document.js';

const file = new URL('../../../public/schema/steerboard-1.json', import.meta.url);

describe('the published JSON Schema', () => {
  beforeAll(() => {
    if (process.env['UPDATE_SCHEMA'] !== '1') return;
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
  });

  it('is what the code checks by (UPDATE_SCHEMA=1 writes it anew)', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(jsonSchema());
  });

  it('accepts what we write and refuses what is wrong, for another validator too', () => {
    const validate = new Ajv2020({ strict: false }).compile(jsonSchema());
    const json = JSON.parse(writeDocument(validDocument())) as { directions: { plan: { operator: string } }[] };
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    json.directions[0]!.plan.operator = 'rotate';
    expect(validate(json)).toBe(false);
  });
});
