import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../public/models/tales', import.meta.url));

/** What the repository promises of its bundled model, so that a new export cannot quietly break it. */
describe('the bundled model', () => {
  it('takes at most 16 MB', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(files.length).toBeGreaterThan(5);
    expect(bytes).toBeLessThanOrEqual(16_000_000);
  });

  it('has a card that says a held-out loss of at most 0.54 nats a byte', () => {
    const card = readFileSync(join(folder, 'MODEL_CARD.md'), 'utf8');
    const loss = /\*\*(0\.\d+) nats a byte\*\*/.exec(card)?.[1];
    expect(Number(loss)).toBeLessThanOrEqual(0.54);
  });
});
