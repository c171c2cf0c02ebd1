/**
 * Puts what the last test run showed of families, exporters, dtypes and devices (test-results/families.json) between two
 * markers of ARCHITECTURE.md:
 *
 *     npx playwright test families.spec && node scripts/families-table.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [begin, end] = ['<!-- families:begin -->', '<!-- families:end -->'];
const dtypes = ['fp32', 'fp16', 'q8', 'q4', 'q4f16'];
const devices = [
  ['wasm', 'WASM'],
  ['webgpu', 'WebGPU'],
];

const root = new URL('../', import.meta.url);
const cells = JSON.parse(readFileSync(new URL('test-results/families.json', root), 'utf8'));
const page = new URL('ARCHITECTURE.md', root);
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`ARCHITECTURE.md has no ${begin} and ${end}`);
writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table(cells)}\n\n${text.slice(to)}`);

function table(cells) {
  const rows = [...new Set(cells.map(({ family, exporter }) => `${family}\t${exporter}`))].sort();
  const head = ['family', 'export', ...dtypes];
  const lines = rows.map((row) => {
    const [family, exporter] = row.split('\t');
    const own = cells.filter((cell) => cell.family === family && cell.exporter === exporter);
    return [family, exporter, ...dtypes.map((dtype) => state(own.filter((cell) => cell.dtype === dtype)))];
  });
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** One line for each device that the file was tried on. */
function state(own) {
  return devices
    .flatMap(([device, name]) => own.filter((cell) => cell.device === device).map((cell) => `${name} ${mark(cell)}`))
    .join('<br>');
}

function mark({ state, residuals }) {
  if (state === 'passed') return residuals.toExponential(0);
  return state === 'failed' ? 'FAILED' : 'refused';
}
