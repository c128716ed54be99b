import { describeContracts, providers } from 'vitest-llm-contracts'

// Every contract of the catalogue that takes requests of its own, as a ready-made suite. Four samples of what a model does
// are the fewest that can prove a rate of one half, or disprove it.
describeContracts({ providers, samples: 4 })
