import type { ErrorRow } from './classify-table.ts'

// docs.z.ai/api-reference/api-code: strings of four digits inside `error`, all but authentication with HTTP 429 or 400.
const zhipu: readonly ErrorRow[] = [
  { kind: 'quota', form: 'nested', word: /^(1113|1309)$/ },
  { kind: 'quota', retry: 'helps', form: 'nested', word: /^(1304|1308|1310)$/ }, // An allowance that is reset at a named time.
  { kind: 'rate limit', form: 'nested', word: /^(1302|1303|1313)$/ },
  { kind: 'overload', form: 'nested', word: /^(1305|1312)$/ },
  { kind: 'context overflow', form: 'nested', word: /^1261$/ },
  { kind: 'content filter', form: 'nested', word: /^1301$/ },
  { kind: 'authentication', form: 'nested', word: /^100[0-4]$/ },
  { kind: 'permission', form: 'nested', word: /^(111[0-2]|1121|1220|1300|1311)$/ },
  { kind: 'not found', form: 'nested', word: /^(1211|1221|1222)$/ },
  { kind: 'server', form: 'nested', word: /^(1120|1230|1234)$/ },
  { kind: 'bad request', form: 'nested', word: /^12(00|1[0-5])$/ },
]

// SiliconFlow: five digits beside `message`, no `error` around them; 200xx parameters, 300xx permission, 505xx service.
const siliconflow: readonly ErrorRow[] = [
  { kind: 'not found', form: 'flat', word: /^20012$/ },
  { kind: 'quota', form: 'flat', word: /^300(01|11)$/ },
  { kind: 'authentication', form: 'flat', word: /^30014$/ },
  { kind: 'rate limit', form: 'flat', word: /^506\d\d$/ },
  { kind: 'server', form: 'flat', word: /^50507$/ },
  { kind: 'overload', form: 'flat', word: /^505\d\d$/ },
  { kind: 'permission', form: 'flat', word: /^300\d\d$/ },
  { kind: 'context overflow', form: 'flat', word: /^20015$/, message: /max_seq_len/ },
  { kind: 'bad request', form: 'flat', word: /^200\d\d$/ },
]

// MiniMax answers HTTP 200 with a code in `base_resp`.
const minimax: readonly ErrorRow[] = [
  { kind: 'rate limit', form: 'base-resp', word: /^(1002|1039|1041)$/ },
  { kind: 'quota', form: 'base-resp', word: /^(1008|2056)$/ },
  { kind: 'authentication', form: 'base-resp', word: /^(1004|2049)$/ },
  { kind: 'content filter', form: 'base-resp', word: /^(1026|1027)$/ },
  { kind: 'bad request', form: 'base-resp', word: /^(2013|20132)$/ },
  { kind: 'server', form: 'base-resp', word: /^(1000|1001|1013|1024|1033)$/ },
]

// Elsewhere MiniMax puts the same numbers behind the message of an `error`.
const minimaxNested: readonly ErrorRow[] = [
  { kind: 'quota', retry: 'helps', form: 'nested', message: /\(2056\)\s*$/ }, // A plan's allowance for some hours.
  { kind: 'content filter', form: 'nested', message: /new_sensitive \((1026|1027)\)\s*$/ },
]

// Volcengine Ark (volcengine.com/docs/82379/1299023): `code` tells, and `type` repeats the status.
const ark: readonly ErrorRow[] = [
  { kind: 'overload', word: /^ServerOverloaded$/ },
  {
    kind: 'quota',
    word: /^(AccountOverdueError|OperationDenied\.ServiceOverdue|(Account)?QuotaExceeded|SetLimitExceeded)$/,
  },
  {
    kind: 'content filter',
    word: /^((Input|Output)(Text|Image|Video|Audio))?(SensitiveContentDetected|RiskDetection)(\.\w+)?$/,
  },
  { kind: 'permission', word: /^ModelNotOpen$/ },
]

// Rows that must come before the general ones, because the same word means something else there.
const habits: readonly ErrorRow[] = [
  // Groq (413) and OpenAI (429): one request alone is above the limit per minute, so waiting changes nothing.
  { kind: 'rate limit', retry: 'never', word: /^rate_limit_exceeded$/, message: /request too large/i },
  { kind: 'rate limit', retry: 'never', status: /^413$/, word: /^rate_limit_exceeded$/ },
  // Qwen calls its tokens per minute an allocated quota; only "Free allocated quota" is an allowance.
  {
    kind: 'rate limit',
    word: /^(insufficient_quota|Throttling\.AllocationQuota)$/,
    message: /^allocated quota exceeded/i,
  },
  // Gemini calls its requests per minute a quota too, and says how long to wait; a limit of 0 is none that time would mend.
  { kind: 'quota', word: /^RESOURCE_EXHAUSTED$/, message: /limit: 0(?!\.?\d)/ },
  { kind: 'rate limit', word: /^RESOURCE_EXHAUSTED$/, message: /retry in \d/i },
  // LiteLLM reports a spent budget as `auth_error`.
  { kind: 'quota', message: /budget has been exceeded|exceeded (its|their|your) budget/i },
  // new-api: no channel serves the model, or all are switched off for the moment.
  { kind: 'not found', retry: 'unknown', message: /no available channel|无可用渠道/i },
  // Cerebras: the queue of the model is full, though the type speaks of too many requests. Mistral and Groq say it so too.
  { kind: 'overload', word: /^(queue_exceeded|service_tier_capacity_exceeded|capacity_exceeded)$/ },
  // A plan's allowance, reset at a named time; a plan without it; Qwen's free tier; Qianfan's overdue account.
  { kind: 'quota', retry: 'helps', word: /^usage_limit_reached$/ },
  { kind: 'quota', word: /^(usage_not_included|AllocationQuota\.FreeTierOnly|account_overdue)$/ },
  // Azure says of a wrong key that access is denied.
  { kind: 'authentication', status: /^401$/, message: /invalid subscription key/i },
  // Groq: the model wrote a call or JSON that failed validation; it may write another one next time.
  { kind: 'bad request', retry: 'helps', word: /^(tool_use_failed|json_validate_failed)$/ },
]

/** The rows of single providers: their own numbers, and words that mean something else there. */
export const codeRows: readonly ErrorRow[] = [...zhipu, ...siliconflow, ...minimax, ...minimaxNested, ...ark, ...habits]
