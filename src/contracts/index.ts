import { chatContracts } from './chat.ts'
import type { Contract } from './contract.ts'
import { embeddingsContracts } from './embeddings.ts'
import { errorContracts } from './errors.ts'
import { finishContracts } from './finish.ts'
import { headersContracts } from './headers.ts'
import { jsonContracts } from './json.ts'
import { modelsContracts } from './models.ts'
import { reasoningContracts } from './reasoning.ts'
import { responsesContracts } from './responses.ts'
import { streamChunkContracts } from './stream-chunk.ts'
import { streamClientContracts } from './stream-client.ts'
import { streamFinishContracts } from './stream-finish.ts'
import { streamContracts } from './stream.ts'
import { toolsStreamContracts } from './tools-stream.ts'
import { toolsContracts } from './tools.ts'
import { usageContracts } from './usage.ts'

/** The catalogue: every promise that can be judged on an exchange, by area. */
export const contracts: readonly Contract[] = [
  ...chatContracts,
  ...streamContracts,
  ...streamChunkContracts,
  ...streamFinishContracts,
  ...streamClientContracts,
  ...usageContracts,
  ...toolsContracts,
  ...toolsStreamContracts,
  ...finishContracts,
  ...jsonContracts,
  ...reasoningContracts,
  ...embeddingsContracts,
  ...modelsContracts,
  ...responsesContracts,
  ...errorContracts,
  ...headersContracts,
]
