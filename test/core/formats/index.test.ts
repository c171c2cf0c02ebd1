import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formats, readFile, type WrittenFile } from '../../../src/core/formats/index.js';
import { encodeText } from '../../../src/core/formats/utf8.js';
import { boardOf } from './boards.js';

const folder = new URL('../../../src/core/formats/', import.meta.url);

export function bytesOf({ content }: WrittenFile): Uint8Array {
  return typeof content === 'string' ? encodeText(content) : content;
}

describe('the index of formats', () => {
  it('has every file that exports one', () => {
    const exporting = readdirSync(folder).filter((name) =>
      /^export const \w+: (Json|Binary)?Format\b/m.test(readFileSync(new URL(name, folder), 'utf8')),
    );
    expect(exporting.map((name) => name.replace('.ts', '')).sort()).toEqual(formats.map(({ name }) => name).sort());
  });

  it('knows each format by what is in the file', () => {
    const kinds = formats.map((format) => {
      const [first] = format.write(boardOf(), { magnitude: 'applied' });
      // The request of EasySteer has its vectors in the files beside it.
      if (format.name === 'easysteer') return 'foreign';
      return readFile(bytesOf(first!)).kind;
    });
    expect(kinds).toEqual(['document', 'foreign', 'document', 'foreign', 'foreign', 'foreign']);
  });

  it.each([
    ['{"hello": 1}', /some other kind of file.*Known are Steerboard JSON, GGUF/],
    ['[]', /some other kind of file/],
    ['"text"', /some other kind of file/],
    ['Dear diary', /is not JSON/],
    ['', /is not JSON/],
    [new Uint8Array([0xff, 0xfe, 0x00, 0x80]), /is not JSON/],
  ])('refuses %s in words', (content, says) => {
    const bytes = typeof content === 'string' ? encodeText(content) : content;
    expect(() => readFile(bytes)).toThrow(says);
  });

  it('says in words where broken JSON stops', () => {
    expect(() => readFile(encodeText('{"format": "steerboard",\n "a" 1}'))).toThrow(
      /is not JSON from line 2, character 6 on \(“1}”\): colon expected/,
    );
  });

  it('says of junk that it is not what its name says, and reads what is misnamed', () => {
    const junk = encodeText('GGUV and nothing else');
    expect(() => readFile(junk, 'junk.gguf')).toThrow(/ends with \.gguf, but it is no GGUF control vector/);
    expect(() => readFile(junk, 'Junk.SAFETENSORS')).toThrow(/ends with \.safetensors, but it is no safetensors/);
    expect(() => readFile(junk, 'junk.json')).toThrow(/is not JSON/);
    const [file] = formats[0]!.write(boardOf({}), { magnitude: 'natural' });
    expect(readFile(bytesOf(file!), 'steerboard.gguf').kind).toBe('document');
  });

  it('names files after their directions, without what file systems refuse, each its own', () => {
    const board = boardOf({}, {}, 'a/b: "c"');
    const { directions } = board;
    const twice = { ...board, directions: [...directions, ...directions] };
    const names = formats.flatMap((format) =>
      format.write(twice, { magnitude: 'applied' }).map(({ fileName }) => fileName),
    );
    expect(names.every((name) => /^[\w.-]+$/.test(name))).toBe(true);
    expect(names.filter((name) => name.endsWith('.svec'))).toEqual(['a-b-c-.svec', 'a-b-c--2.svec']);
  });
});
