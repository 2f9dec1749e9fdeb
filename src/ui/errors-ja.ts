// Every error with its next step in Japanese.
import type { ErrorCode } from '../errors.js'
import type { ErrorTemplate } from './error-template.js'
import { BATCH_JA } from './error-texts/ja-batch.js'
import { FILES_JA } from './error-texts/ja-files.js'
import { GATEWAY_JA } from './error-texts/ja-gateway.js'
import { SHOP_JA } from './error-texts/ja-shop.js'
import { STATE_JA } from './error-texts/ja-state.js'
import { USAGE_JA } from './error-texts/ja-usage.js'

export const ERRORS_JA = {
  ...USAGE_JA,
  ...FILES_JA,
  ...GATEWAY_JA,
  ...BATCH_JA,
  ...STATE_JA,
  ...SHOP_JA,
} as const satisfies Record<ErrorCode, ErrorTemplate>
