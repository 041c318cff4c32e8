import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {ignores: ['dist/', '.build/', 'node_modules/', 'eslint.config.js', 'test/fixtures/', 'test/lab/bundle/modules/']},
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    rules: {
      // A number in a message needs no call around it.
      '@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
      // `apply` returns what an action registers, or nothing.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // An empty array's `pop` and an object's unknown key are checked by the compiler already (noUncheckedIndexedAccess).
      '@typescript-eslint/no-unnecessary-condition': ['error', {allowConstantLoopConditions: 'only-allowed-literals'}],
      // `() => stream.end()` as a callback is clear.
      '@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
      // A module's `apply` may have nothing to wait for, and is a promise by its contract.
      '@typescript-eslint/require-await': 'off',
      // A name that begins with an underscore says that it is not used.
      '@typescript-eslint/no-unused-vars': ['error', {argsIgnorePattern: '^_', varsIgnorePattern: '^_'}],
    },
  },
  {
    files: ['test/**'],
    rules: {
      // chai's assertions are expressions: expect(x).to.be.true
      '@typescript-eslint/no-unused-expressions': 'off',
      // A test knows what it made.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
