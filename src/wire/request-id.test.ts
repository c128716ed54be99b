import { expect, test } from 'vitest'
import { requestIdOf } from './request-id.ts'

test.each([
  [{ 'x-request-id': 'a', 'x-trace-id': 'b' }, undefined, 'a'],
  [{ 'x-trace-id': 'b', 'apim-request-id': 'c' }, undefined, 'c'],
  [{ 'x-request-id': '', 'x-kong-request-id': 'd' }, undefined, 'd'],
  [{ 'x-amzn-requestid': 'e' }, undefined, 'e'],
  [{ 'x-ms-request-id': 'f' }, undefined, 'f'],
  [{ 'x-correlation-id': 'g' }, undefined, 'g'],
  [{ 'x-github-request-id': 'l', 'nvcf-reqid': 'm' }, undefined, 'l'],
  [{ 'x-together-traceid': 'n' }, undefined, 'n'],
  [{ 'x-organization-id': 'o', 'x-grid': 'p' }, undefined, undefined],
  [{ 'x-other-id': 'h' }, { request_id: 'i' }, 'i'],
  [{}, { error: { request_id: 'j' } }, 'j'],
  [{}, { request_id: 7, error: 'k' }, undefined],
  [{}, [], undefined],
])('of %j and %j', (headers, json, id) => {
  expect(requestIdOf({ headers, json })).toBe(id)
})
