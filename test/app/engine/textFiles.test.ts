import { describe, expect, it } from 'vitest';
import { isTextFile, shapeOf, tableOf, textOfFile } from '../../../src/app/engine/textFiles.js';
import { suggestReading, readTexts, type TableReading, type TextsRead } from '../../../src/core/texts/importing.js';

/** As the page reads it when the user changes nothing. */
function read(text: string, name: string | null = null): TextsRead {
  const table = tableOf(text, shapeOf(text, name), null);
  return readTexts(table, suggestReading(table));
}

describe('tables', () => {
  it('of pairs keep quotes, commas, line breaks and emoji in their cells', () => {
    const csv = '\uFEFFnegative,positive\r\n"She said ""no"", again",She said yes 😀\r\n"two\r\nlines",один\r\n';
    expect(read(csv)).toEqual({
      kind: 'pairs',
      positive: ['She said yes 😀', 'один'],
      negative: ['She said "no", again', 'two\r\nlines'],
      notes: [],
    });
  });

  it('of labels take 1 as the positive side, and leave out a text with both labels by its lines', () => {
    const csv =
      'statement,label\nA cat is a bird.,0\nIce is cold.,1\n"Fire, too",0\n"Fire, too",1\n,1\nIce is cold.,1\n';
    expect(read(csv)).toEqual({
      kind: 'lists',
      positive: ['Ice is cold.'],
      negative: ['A cat is a bird.'],
      notes: [
        'Left out, since the text is empty: line 6.',
        'Left out, since it is there already: line 7.',
        'Left out, since the text has both labels: lines 4, 5.',
      ],
    });
  });

  it('can have either label on the positive side, and others are left out', () => {
    const table = tableOf('text\tlabel\na\tjoy\nb\tfear\nc\tanger\nd\tjoy\ne\tfear\n', 'table', null);
    const reading = suggestReading(table);
    expect(reading).toMatchObject({ kind: 'labels', positive: 'joy', negative: 'fear' });
    const turned: TableReading = { kind: 'labels', text: 0, label: 1, positive: 'anger', negative: 'joy' };
    expect(readTexts(table, turned)).toMatchObject({
      positive: ['c'],
      negative: ['a', 'd'],
      notes: ['Left out, since the label is another: lines 3, 6.'],
    });
  });

  it('with a column of many values have no labels, whatever it is called', () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({ input: `begin ${index}`, target: `end ${index}` }));
    expect(read(JSON.stringify(rows))).toMatchObject({ kind: 'pairs', notes: [] });
  });

  it('count the lines within quoted cells, so that a note names the line in the file', () => {
    const csv = 'positive,negative\n"a\nb\nc",x\n\n,y\n';
    expect(read(csv).notes).toEqual(['Left out, since one side is empty: line 6.']);
  });

  it('without names are pairs of their first two columns', () => {
    expect(read('good day\tbad day\ngood cat\tbad cat')).toMatchObject({
      kind: 'pairs',
      positive: ['good day', 'good cat'],
      negative: ['bad day', 'bad cat'],
    });
    expect(read('"good; day";"bad day"\n"good cat";"bad cat"').negative).toEqual(['bad day', 'bad cat']);
  });

  it('with broken quotes are refused by the line of the row', () => {
    expect(() => read('positive,negative\na,b\n"c,d\ne,f\n', 'x.csv')).toThrow(/begins at line 3: a cell in quotes/);
  });

  it('of questions and answers put the answer below the question, and say how its letter is read', () => {
    const caa = JSON.stringify([
      {
        question: 'Are you alive?\n\nChoices:\n (A) Yes\n (B) No',
        answer_matching_behavior: ' (A)',
        answer_not_matching_behavior: ' (B)',
      },
    ]);
    const { positive, negative, notes } = read(caa);
    expect(positive).toEqual(['Are you alive?\n\nChoices:\n (A) Yes\n (B) No\n(A)']);
    expect(negative).toEqual(['Are you alive?\n\nChoices:\n (A) Yes\n (B) No\n(B)']);
    expect(notes.join()).toMatch(/read token −2/);
  });
});

describe('lists', () => {
  it('have one text a line, commas and brackets in them', () => {
    expect(read('Hello, you\n\n[INST] How? [/INST] Thus\r\nHello, you\n')).toEqual({
      kind: 'lists',
      positive: ['Hello, you', '[INST] How? [/INST] Thus'],
      negative: [],
      notes: ['Left out, since the text is empty: line 2.', 'Left out, since it is there already: line 4.'],
    });
    expect(read('[INST] one, two\n[INST] three, four').positive).toHaveLength(2);
  });

  it('of JSON go to one side, that of the user’s choice', () => {
    const text = '["", "That game", "I can see", "That game", null]';
    expect(read(text)).toMatchObject({ positive: ['That game', 'I can see'], negative: [] });
    const table = tableOf(text, 'json', null);
    const other = readTexts(table, { kind: 'list', text: 0, side: 'negative' });
    expect(other).toMatchObject({ positive: [], negative: ['That game', 'I can see'] });
    expect(other.notes).toEqual([
      'Left out, since the text is empty: item 1.',
      'Left out, since it is there already: item 4.',
      'Left out, since they are no text: item 5.',
    ]);
  });

  it('of a thousand texts and more are cut with a note', () => {
    const many = Array.from({ length: 2500 }, (_, index) => `text ${index}`).join('\n');
    const { positive, notes } = read(many);
    expect(positive).toHaveLength(2000);
    expect(notes).toEqual(['Only the first 2000 texts of a side are taken; there are 2500.']);
  });
});

describe('JSON', () => {
  it.each<[string, string]>([
    ['pairs', '[["up", "down"], ["left", "right"]]'],
    ['objects', '[{"positive": "up", "negative": "down"}, {"negative": "right", "positive": "left"}]'],
    ['lines', '{"positive": "up", "negative": "down"}\n\n{"positive": "left", "negative": "right"}\n'],
    ['an object of lists', '{"positive": ["up", "left"], "negative": ["down", "right"]}'],
    ['a list within', '{"version": 1, "data": [["up", "down"], ["left", "right"]]}'],
  ])('of %s are pairs', (_, text) => {
    expect(read(text)).toEqual({ kind: 'pairs', positive: ['up', 'left'], negative: ['down', 'right'], notes: [] });
  });

  it('with lists by name has these as labels', () => {
    expect(read('{"happiness": ["a", "b", "c"], "sadness": ["d"]}')).toEqual({
      kind: 'lists',
      positive: ['a', 'b', 'c'],
      negative: ['d'],
      notes: [],
    });
  });

  it.each<[string, string, RegExp]>([
    ['a missing comma', '[\n  "one",\n  "two" "three"\n]', /line 3, character 9 on \(“"three"”\): comma expected/],
    ['an end too early', '["one", "two"', /line 1, character 14 on: close bracket expected/],
    ['a comment', '["one", // two\n"three"]', /line 1, character 9 on/],
    ['nothing', '', /line 1, character 1 on/],
    ['one value', '"hello"', /holds one value and no texts\. Known are/],
    ['no list', '{"hello": 1}', /holds no list of texts/],
    ['an empty list', '[]', /list is empty/],
    ['only numbers in lists', '[[1], [2]]', /no pairs of texts/],
    ['directions', '{"format": "steerboard", "directions": []}', /file of directions.*“Import”/],
  ])('with %s is refused in words', (_, text, says) => {
    expect(() => tableOf(text, 'json', null)).toThrow(says);
  });

  it('nested without end is refused and not followed', () => {
    expect(() => tableOf('['.repeat(200_000), 'json', null)).toThrow(/is not JSON|nested too deeply/);
  });

  it('of lines names the line that is broken', () => {
    expect(() => read('{"text": "a", "label": 1}\n{"text": "b" "label": 0}\n', 'x.jsonl')).toThrow(
      /line 2, character 14 on/,
    );
  });

  it('takes names such as __proto__ as they are', () => {
    const { positive } = read('[{"__proto__": "a", "constructor": "b"}, {"__proto__": "c", "constructor": "d"}]');
    expect(positive).toEqual(['a', 'c']);
    expect({}).not.toHaveProperty('positive');
  });
});

describe('files', () => {
  const file = (bytes: BlobPart, name: string): File => new File([bytes], name);

  it('are read as UTF-8, or as UTF-16 with its mark', async () => {
    expect(await textOfFile(file('\uFEFFgrün 😀', 'a.csv'))).toBe('grün 😀');
    const utf16 = Uint8Array.of(0xff, 0xfe, 0x61, 0, 0xe9, 0);
    expect(await textOfFile(file(utf16, 'a.txt'))).toBe('aé');
  });

  it('in another encoding, or of bytes, are refused', async () => {
    await expect(textOfFile(file(Uint8Array.of(0x67, 0xfc, 0x6e), 'a.csv'))).rejects.toThrow(
      /a\.csv is not text in UTF-8/,
    );
    await expect(textOfFile(file(Uint8Array.of(0x67, 0, 0x6e), 'a.csv'))).rejects.toThrow(/not text/);
  });

  it('of 200 MB are refused before they are read', async () => {
    const huge = { name: 'huge.json', size: 200e6, arrayBuffer: () => Promise.reject(new Error('was read')) };
    await expect(textOfFile(huge as unknown as File)).rejects.toThrow(/huge\.json is 200 MB; .* at most 34/);
  });

  it('are told from others by their names', () => {
    expect(['a.csv', 'b.TSV', 'c.jsonl', 'd.txt'].every(isTextFile)).toBe(true);
    expect(['a.json', 'model.onnx', 'csv'].some(isTextFile)).toBe(false);
  });
});
