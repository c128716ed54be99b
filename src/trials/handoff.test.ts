import { onEach } from './_table.test.kit.ts'
import { fails, says, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

type Message = Record<string, Asked['body'][string]>
const history = ({ body }: Asked) => body.messages as Message[]
const told = (asked: Asked) =>
  history(asked)
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => JSON.parse(content).code)
const goesOn = (asked: Asked) => says(asked, `The codes are ${told(asked).join(' and ')}.`)
const callsIn = (asked: Asked) => history(asked).flatMap(({ tool_calls }) => tool_calls ?? [])

const thinks = (asked: Asked) => history(asked).some(({ reasoning_content }) => reasoning_content !== undefined)
const isEmpty = (asked: Asked) => history(asked).some(({ content }) => content === null)
const isStrange = (asked: Asked) => callsIn(asked).some(({ id }) => !/^call_\w+$/.test(id))
const isParallel = (asked: Asked) => history(asked).some(({ tool_calls }) => tool_calls?.length > 1)

const refusing =
  (...no: readonly ((asked: Asked) => boolean)[]) =>
  (asked: Asked) =>
    no.some((one) => one(asked)) ? fails(400, 'That is not supported') : goesOn(asked)

onEach('handoff.history-replay', [
  { by: 'a provider that goes on with what the tools told', verdict: 'kept', answer: goesOn },
  {
    by: 'the last result alone',
    verdict: 'broken',
    answer: (asked) => says(asked, told(asked)[1] as string),
    reason: 'which a tool had told',
  },
  {
    by: 'a refusal of reasoning_content',
    verdict: 'broken',
    answer: refusing(thinks),
    reason: 'refused the field reasoning_content: That is not supported',
  },
  {
    by: 'a refusal of the ids',
    verdict: 'broken',
    answer: refusing(isStrange),
    reason:
      'refused the tool ids of another provider: That is not supported invalid_request_error [$.messages[2].tool_calls[0].id]',
  },
  {
    by: 'a refusal of content null',
    verdict: 'broken',
    answer: refusing(isEmpty),
    reason: 'refused content null beside tool calls',
  },
  {
    by: 'a refusal of parallel results',
    verdict: 'broken',
    answer: refusing(isParallel),
    reason: 'refused two calls in one message',
  },
  {
    by: 'a refusal of two things',
    verdict: 'broken',
    answer: refusing(isEmpty, thinks),
    reason: 'refused more than one thing',
  },
  {
    by: 'a refusal of any history with tools',
    verdict: 'broken',
    answer: refusing((asked) => callsIn(asked).length > 0),
    reason: 'It refused the request with HTTP 400: That is not supported',
  },
])
