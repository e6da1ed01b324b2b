import tseslint from 'typescript-eslint';

const hostGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'performance',
  'process',
  'Buffer',
  'console',
  'crypto',
  'fetch',
  'window',
  'document',
  'navigator',
  'self',
].map((name) => ({ name, message: 'The engine gets its platform through interfaces/.' }));

const hostProperties = [
  { object: 'Date', property: 'now', message: 'Time comes from IClock.' },
  { object: 'Math', property: 'random', message: 'Randomness comes from IRandom.' },
];

/** Forbids imports whose path matches one of `groups`. */
const noImport = (groups, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: groups.join('|'), message }] }],
});

export default tseslint.config(
  { ignores: ['**/dist/**', '**/dist-test/**', '**/node_modules/**', '.jstorrent/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // Overflows the stack on recursive types such as a bencoded value (typescript-eslint 8.73).
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-console': 'error',
    },
  },
  {
    files: [
      'shared/engine/src/**/*.ts',
      'daemon-bridge/src/**/*.ts',
      'extension/src/**/*.{ts,tsx}',
      'shared/bridge-protocol/src/**/*.ts',
    ],
    rules: { 'max-lines': ['error', { max: 400, skipComments: true, skipBlankLines: true }] },
  },
  {
    files: ['shared/engine/src/**/*.ts'],
    ignores: ['shared/engine/src/io/**', 'shared/engine/src/cli/**'],
    rules: {
      'no-restricted-globals': ['error', ...hostGlobals],
      'no-restricted-properties': ['error', ...hostProperties],
      ...noImport(['^node:', '/io/', '/cli/'], 'The engine never imports an adapter or a host.'),
    },
  },
  {
    files: ['shared/engine/src/core/**/*.ts'],
    rules: noImport(
      ['^node:', '/io/', '/cli/', '/tracker/', '/dht/', '/lsd/'],
      'core imports only interfaces, protocol and utils.',
    ),
  },
  {
    files: ['shared/engine/src/{interfaces,protocol,utils}/**/*.ts'],
    rules: noImport(
      ['^node:', '/io/', '/cli/', '/tracker/', '/dht/', '/lsd/', '/core/'],
      'interfaces, protocol and utils stand below core.',
    ),
  },
  {
    files: ['daemon-bridge/src/**/*.ts'],
    rules: noImport(['@jstorrent/(engine|extension)', '/extension/'], 'The helper shares only bridge-protocol.'),
  },
  {
    files: ['extension/src/ui/**/*.{ts,tsx}'],
    rules: noImport(
      ['@jstorrent/engine', '/io/', '/offscreen/', '/background/', '/lib/'],
      'ui knows the engine only through rpc types.',
    ),
  },
  {
    files: ['shared/engine/src/cli/**', 'scripts/**', 'bench/**', '**/test/**', '**/e2e/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs', '*.config.ts'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
