import { base64Of } from './data-url.js';
import { csvOf } from './csv.js';
import { jsonOf } from './json.js';
import { fileStem } from '../formats/names.js';
import type { Picture, Report, ReportedConclusion, ReportedDirection, Table } from './report.js';

/** A report asks for nothing and runs nothing, whatever the texts in it say. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.55 ui-sans-serif, system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; font-size: 0.9rem; } th, td { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top; border-bottom: 1px solid #8884; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
blockquote { margin: 0.5rem 0; padding-left: 0.8rem; border-left: 3px solid #8886; white-space: pre-wrap; overflow-wrap: anywhere; }
.prompt, figcaption, .quiet { opacity: 0.7; } figure { margin: 1rem 0; } img { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; } summary { cursor: pointer; }
`;

/** One HTML file with everything in it: pictures, their numbers, and the experiment's own file. */
export function htmlReport(report: Report): string {
  const { title, made, plan, conclusions, texts, directions, figures, pictures, settings, file } = report;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    `<p class="quiet">${escaped(made)}</p>`,
    `<p>${escaped(plan)}</p>`,
    ...(conclusions.length > 0 ? ['<h2>What was found</h2>', ...conclusions.map(conclusionOf)] : []),
    '<h2>Texts</h2>',
    ...texts.map(
      ({ label, prompt, text }) =>
        `<h3>${escaped(label)}</h3><blockquote><span class="prompt">${escaped(prompt)}</span>${escaped(text)}</blockquote>`,
    ),
    '<h2>Figures</h2>',
    tableOf(figures),
    ...pictures.map(pictureOf),
    '<h2>Directions</h2>',
    ...directions.map(directionOf),
    '<h2>Settings</h2>',
    tableOf({
      columns: [
        { name: 'setting', unit: '' },
        { name: 'value', unit: '' },
      ],
      rows: settings.map(({ name, value }) => [name, value]),
    }),
    '<h2>Data</h2>',
    '<ul>',
    `<li>${download('report.json', 'application/json', jsonOf(report), 'All figures and texts as JSON')}</li>`,
    ...(file
      ? [`<li>${download(file.name, 'application/json', file.content, 'The experiment, to open it again')}</li>`]
      : []),
    '</ul>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function pictureOf({ title, caption, svg, table }: Picture): string {
  const stem = fileStem(title);
  return [
    '<figure>',
    `<h3>${escaped(title)}</h3>`,
    `<img alt="${escaped(`${title}. ${caption}`)}" src="data:image/svg+xml;base64,${base64Of(svg)}">`,
    `<figcaption>${escaped(caption)}</figcaption>`,
    '</figure>',
    ...(table
      ? [
          `<details><summary>Numbers of “${escaped(title)}”</summary>`,
          `<p>${download(`${stem}.csv`, 'text/csv', csvOf(table), `${stem}.csv`)}</p>`,
          tableOf(table),
          '</details>',
        ]
      : []),
  ].join('\n');
}

function conclusionOf({ title, sentences, table }: ReportedConclusion): string {
  return [
    `<h3>${escaped(title)}</h3>`,
    `<p>${sentences.map(escaped).join(' ')}</p>`,
    ...(table ? [tableOf(table)] : []),
  ].join('\n');
}

function directionOf({ name, sentences, sides }: ReportedDirection): string {
  return [
    `<h3>${escaped(name)}</h3>`,
    `<p>${sentences.map(escaped).join(' ')}</p>`,
    ...sides.map(
      ({ label, texts }) =>
        `<details><summary>${escaped(label)}: ${texts.length} texts</summary><ol>${texts.map((text) => `<li>${escaped(text)}</li>`).join('')}</ol></details>`,
    ),
  ].join('\n');
}

function tableOf({ columns, rows }: Table): string {
  const head = columns.map(({ name, unit }) => `<th>${escaped(unit ? `${name} (${unit})` : name)}</th>`).join('');
  const cell = (value: string | number | null): string =>
    typeof value === 'number' ? `<td class="number">${String(value)}</td>` : `<td>${escaped(value ?? '–')}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function download(name: string, type: string, content: string, words: string): string {
  return `<a download="${escaped(name)}" href="data:${type};base64,${base64Of(content)}">${escaped(words)}</a>`;
}

/** Text as text, in content and in attributes with double quotes. */
function escaped(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign,
  );
}
