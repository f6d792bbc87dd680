import config from './jest.config.js';

/** The tests that judge mutants of the rules: fast ones, which need no engine. */
const [unit] = config.projects;

export default {
  ...unit,
  testMatch: ['<rootDir>/test/unit/domain/**/*.test.ts'],
  setupFiles: ['<rootDir>/test/support/checks/fewer-runs.ts'],
};
