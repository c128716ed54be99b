import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'

const slow = [
  'src/consumer.test.ts',
  'src/offline.test.ts',
  'src/recording/kill.test.ts',
  'src/recording/workers.test.ts',
  'src/contracts/fuzz.test.ts',
]

export default defineConfig({
  test: {
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'node_modules/.vitest/report.json' }]]
      : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          testTimeout: 60_000,
          include: ['src/**/*.test.ts', 'matchers/**/*.test.ts', 'example-tests/stand-ins/**/*.test.ts'],
          exclude: slow,
        },
      },
      {
        plugins: [llmContracts()],
        test: { name: 'examples', include: ['example-tests/*.test.ts'] },
      },
      {
        test: {
          name: 'slow',
          include: slow,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
