/**
 * Brings a fresh checkout to the point where everything else can run: the dependencies that package-lock.json names, and
 * a Chromium for the tests. Plain Node, because nothing is installed yet when it runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The packages of a lockfile that every platform installs: path → version. */
function requiredPackages(lockfile) {
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8'));
  return Object.entries(packages).filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional);
}

/** Whether node_modules holds what package-lock.json says; npm keeps a copy of what it installed beside the packages. */
export function dependenciesAreCurrent() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return requiredPackages(join(root, 'package-lock.json')).every(
    ([path, entry]) => present[path]?.version === entry.version && existsSync(join(root, path)),
  );
}

export function ensureDependencies() {
  if (dependenciesAreCurrent()) return;
  console.log('Installing dependencies (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    timeout: 10 * 60_000,
    env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
  });
  if (status !== 0)
    throw new Error('npm ci failed. Check the network and the registry that npm is set to, then try again.');
}

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const chromiumPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of a Chromium on this machine, or null. `CHROMIUM_PATH` wins over what is installed. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, and there is no such file.`);
    return named;
  }
  const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin', ...(process.env.PATH ?? '').split(':')];
  const candidates = chromiumNames.flatMap((name) => folders.filter(Boolean).map((folder) => join(folder, name)));
  return [...candidates, ...chromiumPlaces].find((path) => existsSync(path)) ?? null;
}

/** As {@link findChromium}, and on Debian as root installs the distribution's package when there is none. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('Installing Chromium (apt-get install chromium) …');
    const options = {
      stdio: 'inherit',
      timeout: 10 * 60_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update'], options);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    'No Chromium was found for the browser tests. Install Chromium or Google Chrome (Debian: apt-get install chromium), ' +
      'or set CHROMIUM_PATH to its executable.',
  );
}
