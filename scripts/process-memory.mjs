/** Peak memory of a browser's processes, as Linux counts it; nothing elsewhere, where the rows stay empty. */
import { readdirSync, readFileSync } from 'node:fs';

const megabyte = 2 ** 20;

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // ended in between
  }
}

/** Ids of the browser with this profile and of its descendants. */
function processesOf(profile) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = new Map();
  const roots = [];
  for (const id of all) {
    const parent = /\)\s\S\s(\d+)/.exec(read(`/proc/${id}/stat`))?.[1];
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), id]);
    if (read(`/proc/${id}/cmdline`).includes(`--user-data-dir=${profile}`)) roots.push(id);
  }
  const found = new Set();
  const visit = (id) => {
    if (found.has(id)) return;
    found.add(id);
    for (const child of children.get(id) ?? []) visit(child);
  };
  roots.forEach(visit);
  return [...found];
}

function kilobytes(status, name) {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0);
}

/**
 * Watches from now until `stop`, which tells in megabytes: `renderer`, the peak of the largest page's process (the
 * kernel keeps it), and `browser`, the highest sum of all processes' own and shared memory, sampled.
 */
export function watchMemory(profile) {
  if (process.platform !== 'linux') return { stop: () => ({ renderer: null, browser: null }) };
  const ids = processesOf(profile);
  let browser = 0;
  const sample = () => {
    let sum = 0;
    for (const id of ids) {
      const status = read(`/proc/${id}/status`);
      // Without pages of files: programs that all processes share.
      sum += kilobytes(status, 'RssAnon') + kilobytes(status, 'RssShmem');
    }
    browser = Math.max(browser, (sum * 1024) / megabyte);
  };
  sample();
  const timer = setInterval(sample, 25);
  return {
    stop() {
      clearInterval(timer);
      sample();
      const pages = processesOf(profile).filter((id) => read(`/proc/${id}/cmdline`).includes('--type=renderer'));
      const peaks = pages.map((id) => kilobytes(read(`/proc/${id}/status`), 'VmHWM'));
      return { renderer: (Math.max(...peaks) * 1024) / megabyte, browser };
    },
  };
}
