import { csvOf } from './csv.js';
import { jsonOf } from './json.js';
import { fileStems } from '../formats/names.js';
import type { Report, Table } from './report.js';

/** A file of a report that is a folder. */
export interface ReportFile {
  readonly path: string;
  readonly content: string;
}

/** The report as Markdown, with its pictures and numbers as files beside it. */
export function markdownReport(report: Report): readonly ReportFile[] {
  const { pictures, file } = report;
  const stems = fileStems(pictures.map(({ title }) => title));
  return [
    { path: 'report.md', content: markdownOf(report, stems) },
    { path: 'report.json', content: jsonOf(report) },
    ...pictures.flatMap(({ svg, table }, index) => [
      { path: `figures/${stems[index]}.svg`, content: svg },
      ...(table ? [{ path: `figures/${stems[index]}.csv`, content: csvOf(table) }] : []),
    ]),
    ...(file ? [{ path: file.name, content: file.content }] : []),
  ];
}

function markdownOf(
  { title, made, plan, conclusions, texts, directions, figures, pictures, settings, file }: Report,
  stems: readonly string[],
): string {
  return [
    `# ${inline(title)}`,
    inline(made),
    inline(plan),
    ...(conclusions.length > 0 ? ['## What was found'] : []),
    ...conclusions.flatMap(({ title: name, sentences, table }) => [
      `### ${inline(name)}`,
      sentences.map(inline).join(' '),
      ...(table ? [tableOf(table)] : []),
    ]),
    '## Texts',
    ...texts.flatMap(({ label, prompt, text }) => [`### ${inline(label)}`, fenced(`${prompt}${text}`)]),
    '## Figures',
    tableOf(figures),
    ...pictures.flatMap(({ title: name, caption, table }, index) => {
      const stem = encodeURI(stems[index] ?? '');
      return [
        `### ${inline(name)}`,
        `![${inline(name)}](figures/${stem}.svg)`,
        `${inline(caption)}${table ? ` Numbers: [${inline(stems[index] ?? '')}.csv](figures/${stem}.csv).` : ''}`,
      ];
    }),
    '## Directions',
    ...directions.flatMap(({ name, sentences, sides }) => [
      `### ${inline(name)}`,
      sentences.map(inline).join(' '),
      ...sides.flatMap(({ label, texts: lines }) => [`${inline(label)}:`, fenced(lines.join('\n'))]),
    ]),
    '## Settings',
    tableOf({
      columns: [
        { name: 'setting', unit: '' },
        { name: 'value', unit: '' },
      ],
      rows: settings.map(({ name, value }) => [name, value]),
    }),
    ...(file ? [`The experiment itself, to open it again: [${inline(file.name)}](${encodeURI(file.name)}).`] : []),
    '',
  ].join('\n\n');
}

/** Text within a line: nothing in it is markup. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()<>#+!|~$&-]/g, (sign) => `\\${sign}`);
}

/** Text as it is, in a fence that is longer than any in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function tableOf({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ name, unit }) => inline(unit ? `${name} (${unit})` : name))),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map((value) => (value === null ? '–' : inline(String(value)))))),
  ].join('\n');
}
