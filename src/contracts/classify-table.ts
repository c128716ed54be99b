import { codeRows } from './classify-codes.ts'
import { phrases } from './classify-phrases.ts'

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
    word: /^(content_filter|content_policy_violation|unsafe_content|censorship_blocked|data_?inspection_?failed|ResponsibleAIPolicyViolation|moderation_blocked|sensitive_words_detected|cyber_policy)$/i,
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
