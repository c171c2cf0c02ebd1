// @vitest-environment happy-dom
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { csvOf, htmlReport, markdownReport, type Report } from '../../../src/core/report/index.js';

const hostile = '<img src=x onerror="alert(1)">`|\n# [a](javascript:alert(1)) & “é”';

const report: Report = {
  title: `Happy ${hostile}`,
  made: '27 November 2026',
  settings: [{ name: 'model', value: hostile }],
  plan: `Adds ${hostile}.`,
  conclusions: [
    {
      title: `Found ${hostile}`,
      sentences: ['It works.', hostile],
      table: {
        columns: [
          { name: 'by', unit: '' },
          { name: 'effect', unit: 'points' },
        ],
        rows: [[hostile, 0.31]],
      },
    },
  ],
  directions: [
    { name: hostile, sentences: [hostile], sides: [{ label: hostile, texts: [hostile, 'plain ``` fence'] }] },
  ],
  texts: [{ label: hostile, prompt: 'Once ', text: `</blockquote><script>alert(1)</script>${hostile}` }],
  figures: { columns: [{ name: hostile, unit: 'nats' }], rows: [[hostile], [0.25], [null]] },
  pictures: [
    {
      title: 'Effect against cost',
      caption: hostile,
      svg: '<svg xmlns="http://www.w3.org/2000/svg"><text>é</text></svg>',
      table: {
        columns: [
          { name: 'cost', unit: 'nats' },
          { name: 'token', unit: '' },
        ],
        rows: [
          [1.5, '=1+1'],
          [-2, ' a,"b"\n'],
        ],
      },
    },
  ],
  file: { name: 'happy.json', content: '{"a":"é"}' },
};

const parsed = (html: string) => new DOMParser().parseFromString(html, 'text/html');
const ofDataUrl = (url: string) =>
  new TextDecoder().decode(Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (sign) => sign.charCodeAt(0)));

describe('the HTML report', () => {
  const page = parsed(htmlReport(report));

  it('shows names and texts as text: there is no element that they could bring', () => {
    expect(page.querySelectorAll('script, iframe, object, [onerror]')).toHaveLength(0);
    expect([...page.querySelectorAll('img')].map((image) => image.getAttribute('src')?.slice(0, 14))).toEqual([
      'data:image/svg',
    ]);
    expect([...page.querySelectorAll('a')].every((link) => link.getAttribute('href')!.startsWith('data:'))).toBe(true);
    expect(page.querySelector('h1')!.textContent).toBe(report.title);
    expect(page.querySelector('blockquote')!.textContent).toBe(`Once ${report.texts[0]!.text}`);
  });

  it('begins with what was found', () => {
    const headings = [...page.querySelectorAll('h2, h3')].map(({ textContent }) => textContent);
    expect(headings.slice(0, 3)).toEqual(['What was found', report.conclusions[0]!.title, 'Texts']);
    expect(page.querySelector('table')!.textContent).toContain('effect (points)');
    const without = parsed(htmlReport({ ...report, conclusions: [] }));
    expect(without.querySelector('h2')!.textContent).toBe('Texts');
  });

  it('lets nothing be loaded or run', () => {
    const policy = page.querySelector('meta[http-equiv]')!.getAttribute('content')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
  });

  it('holds the pictures, their numbers and the experiment’s file', () => {
    expect(ofDataUrl(page.querySelector('img')!.getAttribute('src')!)).toBe(report.pictures[0]!.svg);
    const links = Object.fromEntries(
      [...page.querySelectorAll('a')].map((link) => [
        link.getAttribute('download'),
        ofDataUrl(link.getAttribute('href')!),
      ]),
    );
    expect(links['happy.json']).toBe(report.file!.content);
    expect(links['Effect-against-cost.csv']).toBe(csvOf(report.pictures[0]!.table!));
    const { title, texts, figures } = JSON.parse(links['report.json']!) as Report;
    expect({ title, texts, figures }).toEqual({ title: report.title, texts: report.texts, figures: report.figures });
  });
});

describe('the Markdown report', () => {
  const files = markdownReport(report);
  const markdown = files.find(({ path }) => path === 'report.md')!.content;

  it('names every file that comes with it', () => {
    expect(files.map(({ path }) => path)).toEqual([
      'report.md',
      'report.json',
      'figures/Effect-against-cost.svg',
      'figures/Effect-against-cost.csv',
      'happy.json',
    ]);
    for (const { path } of files.slice(2)) expect(markdown).toContain(`(${path})`);
  });

  it('has no markup but its own', () => {
    const outside = markdown.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/(?<!\\)<img/);
    expect(outside).not.toContain('](javascript:');
    expect(outside.split('\n').filter((line) => /^# /.test(line))).toHaveLength(1);
  });

  it('fences texts with more ticks than they have', () => {
    expect(markdown).toContain('````text\n');
  });
});

describe('comma-separated values', () => {
  it('come back as they were, but for what a spreadsheet would run', () => {
    const rows = Papa.parse<string[]>(csvOf(report.pictures[0]!.table!)).data;
    expect(rows).toEqual([
      ['cost (nats)', 'token'],
      ['1.5', "'=1+1"],
      ['-2', ' a,"b"\n'],
    ]);
  });
});
