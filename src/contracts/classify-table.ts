import { codeRows } from './classify-codes.ts'

/** What an error means for the caller, whatever its status. `quota` is money or an allowance, `rate limit` is pace. */
export type ErrorKind =
  | 'rate limit'
  | 'quota'
  | 'overload'
  | 'context overflow'
  | 'authentication'
  | 'permission'
  | 'bad request'
  | 'content filter'
  | 'not found'
  | 'server'
  | 'unknown'

/** Whether the same request may succeed later: `never` means something else has to change first. */
export type Retry = 'helps' | 'never' | 'unknown'

/** One row of the table: every condition it names must hold. The first row that fits an error decides. */
export interface ErrorRow {
  readonly kind: ErrorKind
  /** Where it differs from {@link retryOf} the kind. */
  readonly retry?: Retry
  /** The form of the body, where a bare number means something only there. */
  readonly form?: 'nested' | 'flat' | 'base-resp'
  readonly status?: RegExp
  /** Tried on `code`, then on `type`, then on Google's `status` and Azure's `innererror.code`. */
  readonly word?: RegExp
  readonly message?: RegExp
}

/** What a retry does for each kind, where its row says nothing else. */
export const retryOf: Readonly<Record<ErrorKind, Retry>> = {
  'rate limit': 'helps',
  quota: 'never',
  overload: 'helps',
  'context overflow': 'never',
  authentication: 'never',
  permission: 'never',
  'bad request': 'never',
  'content filter': 'never',
  'not found': 'never',
  server: 'helps',
  unknown: 'unknown',
}

const words: readonly ErrorRow[] = [
  {
    kind: 'quota',
    word: /^(insufficient_(user_)?quota|exceeded_current_quota_error|billing_(not_active|hard_limit_reached)|arrearage|insufficient_(balance|credits)|budget_exceeded|pre_consume_token_quota_failed|Throttling\.AllocationQuota)$/i,
  },
  {
    kind: 'rate limit',
    word: /^(rate_limit(_exceeded|_reached|_reached_error|_error|ed)?|RateLimit(Reached|Exceeded|Error)|limit_(requests|burst_rate)|Throttling(\.\w+)?|too_many_requests(_error)?|TooManyRequests(Error)?)$/i,
  },
  {
    kind: 'overload',
    word: /^((engine|server|model)_overloaded(_error)?|overloaded(_error)?|slow_down|ServiceUnavailable(Error)?|UNAVAILABLE)$/i,
  },
  {
    kind: 'context overflow',
    word: /^(context_length_exceeded|exceed_context_size_error|(model_)?context_window_exceeded|ContextWindowExceededError)$/i,
  },
  {
    kind: 'content filter',
    word: /^(content_filter|content_policy_violation|data_?inspection_?failed|ResponsibleAIPolicyViolation|moderation_blocked|sensitive_words_detected|cyber_policy)$/i,
  },
  {
    kind: 'authentication',
    word: /^(invalid_api_?key|wrong_api_key|incorrect_api_key|invalid_token|authentication_error|invalid_authentication_error|auth_error|AuthenticationError|unauthorized|UNAUTHENTICATED)$/i,
  },
  {
    kind: 'permission',
    word: /^(permission_(denied|error|denied_error)|PermissionDeniedError|access_?denied|forbidden|unsupported_country_region_territory|request_forbidden|ip_not_authorized)$/i,
  },
  {
    kind: 'not found',
    word: /^(model_not_found|model_?not_?exist|DeploymentNotFound|not_?found(_error)?|NotFoundError|invalid_model|resource_not_found_error)$/i,
  },
  { kind: 'server', retry: 'never', status: /^501$/ },
  { kind: 'bad request', word: /^not_(supported_error|implemented(_error)?)$/i },
]

const phrases: readonly ErrorRow[] = [
  {
    kind: 'quota',
    message:
      /exceeded your current quota|insufficient (\w+ )?(balance|credits?|funds|quota)|balance is (insufficient|too low)|out of credits|requires? more credits|billing hard limit|payment is past due|account is (overdue|in arrears|in good standing)|free allocated quota exceeded|usage limit,? (please )?upgrade|余额不足|欠费|额度不足|额度已用尽/i,
  },
  {
    kind: 'rate limit',
    message:
      /rate[ -]?limit|too many requests|(requests|tokens) per (second|min|minute|hour|day)|\b[RT]P[MD]\b|concurren(cy|t)( \w+)? limit|resource (has been )?exhausted|slow down|速率限制|频率过高|并发数过高|请求(过于频繁|过多)|请求(次)?数(量)?(已)?(达到|超过|超出)?(上限|限制)|(分钟|小时|秒|天)内最多.{0,10}次/i,
  },
  {
    kind: 'overload',
    message:
      /overloaded|(at|over|out of|exceeded) capacity|too busy|server is busy|high (load|demand|traffic)|访问量过大|负载已?(饱和|过高)/i,
  },
  {
    kind: 'context overflow',
    message:
      /(maximum|max) (context|model) length|context[ _](length|window)[ _]exceeded|exceeds? (the |this model's )?(available |maximum )?context|context (window|size|length)( \w+)? exceeds|(greater|longer) than the (model'?s )?(maximum )?context|configured context size|prompt is too long|prompt too long|input is too long|input token count.{0,80}exceeds|maximum (prompt|allowed input) length|reduce the length of (the|your) (messages|prompt|input)|exceed(ed)? (the )?(model|configured|context) (token )?limit|exceed context limit|range of input length should be|too many input tokens|prompt contains too many tokens|must be less than max_seq_len|prompt ?超长|上下文长度/i,
  },
  {
    kind: 'content filter',
    message:
      /content (management )?(policy|filter)|flagged by moderation|flagged (by|as) .{0,60}(safety|policy|violat)|inappropriate content|content exists risk|safety system|敏感内容|不安全或敏感/i,
  },
  {
    kind: 'authentication',
    message:
      /(incorrect|invalid|wrong|missing|no|expired) api[ _-]?key|api[ _-]?key .{0,60}\b(invalid|not valid|expired|required|missing)|provide an api key|authentication fail|invalid (access )?token|token is (invalid|expired)|missing (bearer|authentication)|not authenticated|invalid (authentication|credentials)|身份验证|无效的?令牌|未提供令牌/i,
  },
  {
    kind: 'permission',
    message:
      /country, region|not available in your (country|region)|access (to .{0,80} )?denied|not allowed to|do(es)? not have (access|permission)/i,
    status: /^[45]/,
  },
  {
    kind: 'not found',
    message:
      /\bmodels?\b.{0,120}\b(does ?n[o']t exist|not found|not exist|not a valid model)|is not a valid model|unknown model|invalid model\b|no endpoints found|unexpected endpoint|模型不存在/i,
  },
]

const statuses: readonly ErrorRow[] = [
  { kind: 'authentication', status: /^401$/ },
  { kind: 'quota', status: /^402$/ },
  { kind: 'permission', status: /^(403|434|451)$/ },
  { kind: 'not found', status: /^(404|410)$/ },
  { kind: 'server', status: /^(408|425)$/ },
  { kind: 'bad request', retry: 'helps', status: /^409$/ },
  { kind: 'context overflow', status: /^413$/ },
  { kind: 'rate limit', status: /^429$/ },
  { kind: 'overload', status: /^(503|529)$/ },
  { kind: 'server', retry: 'never', status: /^505$/ },
  { kind: 'server', status: /^5/ },
  { kind: 'bad request', status: /^4/ },
  {
    kind: 'server',
    word: /^(server_error|internal_(server_)?error|InternalError(\.\w+)?|INTERNAL|InternalServerError)$/i,
  },
  {
    kind: 'bad request',
    word: /^(invalid[_-](request_error|argument|parameter(_error)?|params?)|bad_?request(_?error)?)$/i,
  },
]

/** The table: what a provider's own numbers say, then words, then phrases, then the bare status. */
export const errorRows: readonly ErrorRow[] = [...codeRows, ...words, ...phrases, ...statuses]
