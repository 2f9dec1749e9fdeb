// Every error with its next step in English.
import type { ErrorCode } from '../errors.js'
import type { ErrorTemplate } from './error-template.js'
import { BATCH_EN } from './error-texts/en-batch.js'
import { FILES_EN } from './error-texts/en-files.js'
import { GATEWAY_EN } from './error-texts/en-gateway.js'
import { SHOP_EN } from './error-texts/en-shop.js'
import { STATE_EN } from './error-texts/en-state.js'
import { USAGE_EN } from './error-texts/en-usage.js'

export const ERRORS_EN = {
  ...USAGE_EN,
  ...FILES_EN,
  ...GATEWAY_EN,
  ...BATCH_EN,
  ...STATE_EN,
  ...SHOP_EN,
} as const satisfies Record<ErrorCode, ErrorTemplate>
