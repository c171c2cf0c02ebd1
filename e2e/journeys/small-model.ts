import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { convertLlama2c } from '../../scripts/convert-llama2c.mjs';
import { tinyCheckpoint, tinyTokenizer } from '../../test/scripts/llama2c-reference.js';

export type ModelFiles = Map<string, Uint8Array | string>;

/** A Llama of three blocks with seeded random weights, width 32, 268 tokens, context 128, in the transformers.js layout. */
export function smallModel(): ModelFiles {
  const shape = { width: 32, feedForward: 48, layers: 3, heads: 4, kvHeads: 2, vocabulary: 268, context: 128 };
  return new Map(convertLlama2c(tinyCheckpoint(shape, true, 5), tinyTokenizer()));
}

/** Folders for a test, gone after it. */
export class Folders {
  private readonly root = mkdtempSync(join(tmpdir(), 'journey-'));

  write(name: string, files: ModelFiles): string {
    const folder = join(this.root, name);
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  }

  copy(name: string, from: string): string {
    cpSync(from, join(this.root, name), { recursive: true });
    return join(this.root, name);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
