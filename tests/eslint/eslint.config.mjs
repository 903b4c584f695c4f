// SPDX-License-Identifier: MIT
// What JavaScript is held to beside its syntax: rules that find faults, none of taste.
import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['**/node_modules/', 'build/'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { ecmaVersion: 2025, sourceType: 'module' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'array-callback-return': 'error',
      'default-case-last': 'error',
      eqeqeq: 'error',
      'no-constructor-return': 'error',
      // File names are rid of them.
      'no-control-regex': 'off',
      'no-implicit-globals': 'error',
      'no-promise-executor-return': 'error',
      // Setters do something.
      'no-self-assign': ['error', { props: false }],
      'no-self-compare': 'error',
      'no-shadow': 'error',
      'no-template-curly-in-string': 'error',
      'no-throw-literal': 'error',
      'no-unreachable-loop': ['error', { ignore: ['ForOfStatement'] }],
      'no-unused-expressions': 'error',
      'no-unused-vars': ['error', { args: 'after-used', ignoreRestSiblings: true }],
      'no-useless-assignment': 'error',
      'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['src/web/**'], languageOptions: { globals: globals.browser } },
  { files: ['tests/**'], languageOptions: { globals: globals.nodeBuiltin } },
  // Functions of theirs run in the page, where support/browser.mjs provides the last.
  { files: ['tests/browser/**'], languageOptions: { globals: { ...globals.browser, ...globals.nodeBuiltin, nextFrame: false } } },
];
