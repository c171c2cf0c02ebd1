import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Forbids imports from other rooms of the house. Rooms are the folders of src; the path says the environment. */
function rooms(message, ...names) {
  return { regex: `^(\\.\\./)+(${names.join('|')})/`, message };
}
const outside = rooms(
  'The product does not import its tests, measurements or scripts.',
  'test',
  'e2e',
  'bench',
  'scripts',
);
const plotly = { group: ['plotly.js*'], message: 'Only src/app/plots/loadPlotly.ts imports Plotly.' };
const onnxruntime = {
  group: ['onnxruntime-web', 'onnxruntime-web/*', 'onnxruntime-common'],
  allowTypeImports: true,
  message: 'Only src/worker/runtime/ort.ts imports onnxruntime, and wasm-start.ts beside it what starts it.',
};
const siblingStores = { regex: '^\\./(?!persist)', message: 'Stores never import each other.' };

/** One rule holds all patterns of a file, so each block names all that apply to it. */
function forbidImports(...patterns) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}
const libraries = [plotly, onnxruntime];
const forApp = [outside, rooms('The page speaks to the worker through the protocol.', 'worker')];

const clocksAndChance = [
  { object: 'Math', property: 'random', message: 'core takes a seeded generator.' },
  { object: 'performance', property: 'now', message: 'core has no clock.' },
];

export default defineConfig(
  globalIgnores(['dist', 'node_modules', 'public', 'test-results', 'scripts/absent', '**/*.d.mts']),
  tseslint.configs.strict,
  {
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // The matrices are flat arrays whose bounds the loops know.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ...clocksAndChance],
      'no-restricted-globals': [
        'error',
        ...['Date', 'performance', 'crypto', 'fetch', 'setTimeout', 'window', 'document', 'self'],
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: forbidImports(
      outside,
      ...libraries,
      rooms('core imports only core.', 'protocol', 'worker', 'app', 'hosting'),
    ),
  },
  {
    files: ['src/protocol/**/*.ts'],
    rules: forbidImports(outside, ...libraries, rooms('protocol imports only core.', 'worker', 'app', 'hosting')),
  },
  {
    files: ['src/hosting/**/*.ts'],
    rules: forbidImports(outside, ...libraries, rooms('hosting stands alone.', 'core', 'protocol', 'worker', 'app')),
  },
  {
    files: ['src/worker/**/*.ts'],
    rules: forbidImports(outside, ...libraries, rooms('worker imports core and protocol.', 'app', 'hosting')),
  },
  {
    files: ['src/worker/runtime/ort.ts', 'src/worker/runtime/wasm-start.ts'],
    rules: forbidImports(outside, plotly, rooms('worker imports core and protocol.', 'app', 'hosting')),
  },
  { files: ['src/app/**/*.{ts,tsx}'], rules: forbidImports(...forApp, ...libraries) },
  { files: ['src/app/stores/**/*.ts'], rules: forbidImports(...forApp, ...libraries, siblingStores) },
  { files: ['src/app/plots/loadPlotly.ts'], rules: forbidImports(...forApp, onnxruntime) },
  {
    files: ['src/app/**/*.tsx', 'src/app/**/use*.ts'],
    extends: [reactHooks.configs.flat['recommended-latest'], jsxA11y.flatConfigs.strict],
  },
  {
    files: ['src/app/**/*.{ts,tsx}'],
    rules: {
      // Names and tokens are shown as text.
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Show it as text.' },
        { selector: 'MemberExpression[property.name="innerHTML"]', message: 'Show it as text.' },
      ],
    },
  },
  {
    files: ['test/**/*.{ts,tsx}', 'e2e/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['it', 'test', 'describe'].map((object) => ({ object, property: 'only', message: 'Run all tests.' })),
        { property: 'waitForTimeout', message: 'Wait for what should happen, not for time.' },
      ],
    },
  },
);
