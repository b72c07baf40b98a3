import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{resources,api,jobs,app,migrations,demo,bin,bench}/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
  },
})
