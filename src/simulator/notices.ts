// Telegram 091, one notice a call: page 2.5.
import type { Ledger } from './ledger.js'
import type { KeptNotice } from './ledger-notices.js'
import { accepted, type Reply } from './replies.js'

const HERE = '0'
const NONE = '1'
const HERE_AFTER_A_GAP = '2'

const DETAILS = {
  [HERE]: '',
  [NONE]: '該当する決済情報差分が存在しません。',
  [HERE_AFTER_A_GAP]: '取得されないまま保存期間を過ぎた決済情報差分があります。',
} as const

type SuccessCode = keyof typeof DETAILS

const answer = (code: SuccessCode, notice: KeptNotice | null): Reply =>
  accepted([
    ['success_code', code],
    ['success_detail', DETAILS[code]],
    ['payment_notice_id', notice === null ? '' : String(notice.noticeId)],
    ...(notice?.fields ?? []),
  ])

/**
 * A named notice is shown again as often as asked for. Without an id the next one is given and counts as delivered to
 * the whole merchant from then on.
 */
export function answerNotice(ledger: Ledger, noticeId: string): Reply {
  if (noticeId !== '') {
    const notice = ledger.notices.named(noticeId)
    return answer(notice === null ? NONE : HERE, notice)
  }
  const next = ledger.notices.next()
  return next === null ? answer(NONE, null) : answer(next.gap ? HERE_AFTER_A_GAP : HERE, next.notice)
}
