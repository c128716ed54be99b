/**
 * Contracts of the catalogue that no single exchange can tell, each with the reason: they are about several answers, about
 * a client over time, or about this package itself.
 */
export const elsewhere: Readonly<Record<string, string>> = {
  'fallback.route-proof': 'It takes two routes and a failing first one: `toFallBackTo` judges it on the application.',
  'fallback.no-mixed-stream':
    'It takes the stream that an application handed on, beside both that it read: `toFallBackTo` judges it.',
  'retry.verified': 'It takes the attempts of a client over time: `toRetry` judges it.',
  'diff.provider-pair': 'It takes the verdicts of two providers: `llm-contracts diff` compares them.',
  'drift.fixture-vs-live': 'It takes a recording and a live answer: `llm-contracts fixtures diff` compares two.',
  'suite.self-check': 'It is this catalogue: its seeds and its calibration are tests of this package.',
}
