import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commentText, pythonNumber, pythonText, shellWord } from '../../../src/core/snippets/quoting.js';
import { snippets, type SnippetInput } from '../../../src/core/snippets/index.js';
import { controlVectorsOf, type Application } from '../../../src/core/formats/index.js';
import { board, cases, inputOf } from './cases.js';

/** Texts that end strings, lines and programs where they are let. */
const hostile = [
  `'; rm -rf / #`,
  `"); import os; os.system("x") #`,
  '"""\nimport os\n"""',
  'a\nb\r\nc\u2028d\u2029e\u0085f',
  '\\" \\\' \\\\ \\n $HOME `id` $(id) !x %s {x}',
  '\u202eright to left\u202c \u0000 \u0007 é 😀 \ud83d',
];

describe('texts in programs', () => {
  it.each(hostile)('a Python literal of %j is one line, and that text', (text) => {
    const literal = pythonText(text);
    expect(literal).toMatch(/^"(?:[^"\\\n\r\u2028\u2029\u0085]|\\.)*"$/);
    // JSON's strings, whose escapes mean the same in Python.
    expect(JSON.parse(literal)).toBe(text);
  });

  it.each(hostile)('a shell gives %j to a program as it is', (text) => {
    const out = execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`]).toString('utf8');
    expect(out).toBe(Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('utf8'));
  });

  it.each(hostile)('a comment of %j stays one', (text) => {
    expect(commentText(text)).not.toMatch(/[\u0000-\u001f\u0085\u2028-\u202e]/);
    expect(commentText('x'.repeat(500))).toHaveLength(200);
  });

  it.each([
    [0.1 + 0.2, '0.30000000000000004'],
    [-0, '-0.0'],
    [1e-7, '1e-7'],
    [Infinity, 'float("inf")'],
    [NaN, 'float("nan")'],
  ])('the number %s', (value, text) => {
    expect(pythonNumber(value)).toBe(text);
  });
});

describe.each(snippets)('$label', (snippet) => {
  const plan = cases['clamp-and-add']!;
  const lines = (change: Partial<SnippetInput>): string[] => snippet.write(inputOf(plan, change)).split('\n');

  it('names model, revision and layers', () => {
    const model = { ...inputOf(plan).model, id: 'someone/a-model', revision: 'abc123' };
    const text = lines({ model }).join('\n');
    expect(text).toContain('someone/a-model');
    expect(text).toContain('abc123');
    expect(text).toContain(snippet.loads === 'gguf' ? 'happy.gguf' : 'layer.3.resid_post');
  });

  it.each(hostile)('has as many lines, whatever the prompt and the names: %j', (text) => {
    const model = { ...inputOf(plan).model, id: text, revision: text, family: text, dtype: 'fp32' };
    const plain = lines({});
    const changed = lines({
      prompt: text,
      directions: [text],
      model,
      vectors: { ...inputOf(plan).vectors, fileName: text },
      controlVectors: {
        files: [{ fileName: text, layers: [3] }],
        limits: inputOf(plan).controlVectors.limits.map(() => text),
      },
    });
    // A shell's quoted text may hold line breaks; a Python program has none that are not its own.
    if (snippet.language === 'python') expect(changed).toHaveLength(plain.length);
    else expect(changed.join('\n')).toContain(shellWord(text));
  });

  it('takes a conversation by the model’s own template', () => {
    const prompt = {
      messages: [
        { role: 'system', content: 'Be "brief".' },
        { role: 'user', content: 'Hi\nyou' },
      ],
    } as const;
    const text = lines({ prompt }).join('\n');
    expect(text).toMatch(/apply_chat_template|--jinja/);
    expect(text).toContain(snippet.language === 'python' ? '"Hi\\nyou"' : `--prompt 'Hi\nyou'`);
  });

  it('says that sampling draws otherwise', () => {
    const sampling = { ...inputOf(plan).sampling, temperature: 0.8 };
    expect(lines({ sampling }).join('\n')).toMatch(/other tokens|page samples/);
  });
});

describe('what a program cannot do is said in it', () => {
  const named = (name: string) => snippets.find((snippet) => snippet.name === name)!;
  it.each(['repeng', 'llama-cpp'])('%s says what its files do not, and of that only what changes the text', (name) => {
    const write = (change: Partial<Application>, steerSpecialTokens = false): string => {
      const [taken] = board.directions;
      const plan = { ...taken!.plan, ...change };
      const controlVectors = controlVectorsOf({ directions: [{ ...taken!, plan }], steerSpecialTokens });
      return named(name).write(inputOf(cases['add']!, { controlVectors }));
    };
    const text = write({ operator: 'ablate', scope: { prompt: false, generated: true } });
    expect(text).toMatch(/^# “happy” is applied by “ablate” here; .* can only add/m);
    expect(text).toMatch(/^# “happy” is applied to some tokens only/m);
    expect(text).toMatch(/BOS/);
    expect(write({ layers: { from: 0, to: 1 } })).toMatch(/^# “happy”: layer 0 is left out/m);
    expect(write({}, true)).not.toMatch(/BOS|“happy”|JSON/);
  });
});
