import type { ErrorRow } from './classify-table.ts'

/** One pattern of several, each as some provider words it. */
const said = (...patterns: readonly RegExp[]) => new RegExp(patterns.map(({ source }) => source).join('|'), 'i')

/** What messages say in words, for those who give no code of their own: money before pace, pace before load. */
export const phrases: readonly ErrorRow[] = [
  {
    kind: 'quota',
    message: said(
      /exceeded your current quota|insufficient (\w+ )?(balance|credits?|funds|quota)|balance is (insufficient|too low)/,
      /not enough balance|out of credits|requires? more credits|(used all|run out of) (your )?(available )?credits/,
      /(don't|doesn't|do not|does not) have any credits|credits are depleted/,
      /billing hard limit|payment is past due|account is (overdue|in arrears|in good standing)/,
      /requires a valid credit card|spend(ing)? (limit|cap)\b/,
      /free allocated quota exceeded|daily free allocation|exceeded (today's|your daily) quota/,
      /usage limit,? (please )?upgrade|exceeded your copilot token usage|out of call volume quota/,
      /reached your (specified )?(api )?usage limits?|free (monthly )?usage (limit|exceeded)|key limit exceeded/,
      /余额不足|余量已用尽|欠费|额度不足|额度已用[尽完]/,
    ),
  },
  {
    kind: 'rate limit',
    message: said(
      /rate[ -]?limit|too many requests|requests? limit (exceeded|reached)|\b[RT]P[MD]\b/,
      /(requests|tokens)[ _]per[ _](second|min|minute|hour|day)|concurren(cy|t)( \w+)? limit/,
      /resource (has been )?exhausted|slow down/,
      /限流|速率限制|频率过高|并发数过高|请求(过于频繁|过多)|请求(次)?数(量)?(已)?(达到|超过|超出)?(上限|限制)/,
      /(分钟|小时|秒|天)内最多.{0,10}次/,
    ),
  },
  {
    kind: 'overload',
    message: said(
      /overloaded|(at|over|out of|exceeded|maximum|no) capacity|capacity (temporarily )?exceeded/,
      /(too|model|currently|server is) busy|server overload|high (load|demand|traffic)/,
      /服务繁忙|算力不足|访问量过大|负载已?(饱和|过高)/,
    ),
  },
  {
    kind: 'context overflow',
    message: said(
      /(maximum|max) (context|model) length|context[ _](length|window)[ _]exceeded|context size has been exceeded/,
      /exceeds? (the |this |the model'?s? |this model's )?(available |maximum )?(model )?context/,
      /context (window|size|length)( \w+)? exceeds|context window limit|context length of only|configured context size/,
      /(greater|longer) than the (model'?s )?(maximum )?context|too long to fit into the model|too large to process/,
      /(prompt|input) (is )?too long|prompt tokens too long|prompt exceeds max length|messages length exceeds/,
      /(prompt|input)( length| tokens?)?( \(\d+\))? exceeds? (the )?(model'?s? )?(max|context)/,
      /input token count.{0,80}exceeds|input token count is \d+ but|token count .{0,40}exceeds the limit/,
      /(number of )?input tokens.{0,40}exceed|too many (input )?tokens: |too many input tokens/,
      /inputs` (tokens \+ `max_new_tokens` )?must (be <=|have less than)/,
      /maximum (prompt|allowed input) length|reduce the length of (the|your) (messages|prompt|input)/,
      /exceed(ed)? (the )?(model|configured|context) (token )?limit|exceed context limit|exceed max message tokens/,
      /exceeds maximum input length|input is oversize|range of input length should be|prompt contains too many tokens|must be less than max_seq_len/,
      /prompt ?超长|上下文长度/,
    ),
  },
  {
    kind: 'content filter',
    message: said(
      /content (management )?(policy|filter)|flagged by moderation|flagged (by|as) .{0,60}(safety|policy|violat)/,
      /flagged for ["']|violates usage guidelines|content.{0,40} unsafe|may contain sensitive information/,
      /inappropriate content|content exists risk|safety system|敏感内容|不安全或敏感/,
    ),
  },
  {
    kind: 'authentication',
    message: said(
      /(incorrect|invalid|wrong|missing|no|expired) api[ _-]?key|provide an api key|authentication fail/,
      /api[ _-]?key .{0,60}\b(invalid|not valid|expired|required|missing)/,
      /invalid (access )?token(?! (in|id)\b)|token (included in the request )?is (invalid|expired)/,
      /missing (bearer|authentication)|missing or invalid authorization|not authenticated|invalid (authentication|credentials)/,
      /身份验证|无效的?令牌|未提供令牌/,
    ),
  },
  // Some tell of both in one sentence: "does not exist or you do not have access to it".
  { kind: 'not found', status: /^404$/, message: /\bmodel\b.{0,160}\b(does ?n[o']t|not) exist\b/i },
  {
    // A bad parameter is "not allowed" too, and a page of a firewall denies access to who was too fast.
    kind: 'permission',
    status: /^(4(?!00|22|29)|5)/,
    message: said(
      /access (to .{0,80} )?denied|not allowed to|do(es)? not have (access|permission)/,
      /insufficient permissions|lacks the required|missing scopes/,
    ),
  },
  {
    kind: 'permission',
    status: /^[45]/,
    message: /country, region|not available in your (country|region)|user location is not supported/i,
  },
  {
    kind: 'not found',
    message: said(
      /\bmodels?\b.{0,120}\b(does ?n[o']t exist|not found|not exist|not a valid model)|is not a valid model/,
      /unknown model|invalid model\b|no such model|unavailable model|model identifier is invalid|模型不存在/,
      /model .{0,60}has been decommissioned|requested model .{0,80}is not supported/,
      /unable to access (non-serverless )?model|no endpoints found|unexpected endpoint/,
    ),
  },
]
