import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The rooms of the house: who may import whom. Paths say the environment; see ARCHITECTURE.md. */
const zones = [
  { target: './src/core', from: './src', except: ['./core'], message: 'core imports only core.' },
  { target: './src/protocol', from: './src', except: ['./core', './protocol'], message: 'protocol imports only core.' },
  { target: './src/worker', from: './src', except: ['./core', './protocol', './worker'] },
  { target: './src/app', from: './src/worker', message: 'The page speaks to the worker through the protocol.' },
  { target: './src/hosting', from: './src', except: ['./hosting'] },
  { target: './src', from: ['./test', './e2e', './bench', './scripts'] },
];

const plotly = { group: ['plotly.js*'], message: 'Only src/app/plots/Plot.tsx imports Plotly.' };
const onnxruntime = {
  group: ['onnxruntime-web', 'onnxruntime-web/*', 'onnxruntime-common'],
  allowTypeImports: true,
  message: 'Only src/worker/runtime/ort.ts imports onnxruntime.',
};
const clocksAndChance = [
  { object: 'Math', property: 'random', message: 'core takes a seeded generator.' },
  { object: 'performance', property: 'now', message: 'core has no clock.' },
];

export default defineConfig(
  globalIgnores(['dist', 'node_modules', 'public', 'test-results', 'scripts/absent', '**/*.d.mts']),
  tseslint.configs.strict,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.tsx', '.js'], extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } }),
      ],
    },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-self-import': 'error',
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
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [plotly, onnxruntime] }],
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
    files: ['src/app/plots/Plot.tsx'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [onnxruntime] }] },
  },
  {
    files: ['src/worker/runtime/ort.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [plotly] }] },
  },
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
    files: ['src/app/stores/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^\\./.*[sS]tore(\\.js)?$', message: 'Stores never import each other.' }] },
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
