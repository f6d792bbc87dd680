/** One project per kind of test, so that a run can be narrowed: `npm test -- --selectProjects unit`. */
const project = (displayName, extra = {}) => ({
  displayName,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/.mediashelf/', '<rootDir>/cdk.out/'],
  watchPathIgnorePatterns: ['<rootDir>/.mediashelf/', '<rootDir>/cdk.out/'],
  ...extra,
});

export default {
  projects: ['unit', 'infra', 'contract', 'journeys'].map((name) => project(name)),
  testTimeout: 120_000,
  // Journeys wait for engines and timers: one more than the two cores of a small machine keeps both busy.
  maxWorkers: 3,
};
