import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{resources,api,jobs,app,demo,tests,bench,bin}/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000, interval: 100 } },
    reporters: ['default'],
  },
})
