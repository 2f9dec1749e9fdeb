// An answer that echoes the request's secrets: none of them gets past the gateway. Codes, statuses, ids and amounts have
// forms that leave a secret no room; what is free text is masked. Page 5.4.
import type { Answer, InquiryAnswer, InquiryKey, NoticeAnswer } from '../domain/answer.js'
import { answerFault } from './frame.js'
import type { Mask } from './secrets.js'

export const maskedMoney = (answer: Answer, mask: Mask): Answer =>
  'detail' in answer ? { ...answer, detail: mask(answer.detail) } : answer

/** A trading id is kept as it is, so one with a secret in it is none, unless it is the very one that was asked about. */
export function maskedInquiry(answer: InquiryAnswer, { tradingId: asked }: InquiryKey, mask: Mask): InquiryAnswer {
  if (answer.type === 'rejected') return { ...answer, detail: mask(answer.detail) }
  if (answer.type !== 'told') return answer
  const { tradingId } = answer.fact
  return tradingId !== asked && holdsSecret(tradingId, mask) ? NOT_UNDERSTOOD : answer
}

export function maskedNotice(answer: NoticeAnswer, mask: Mask): NoticeAnswer {
  if (answer.type === 'rejected') return { ...answer, detail: mask(answer.detail) }
  return answer.type === 'notice' && holdsSecret(answer.notice.tradingId, mask) ? NOT_UNDERSTOOD : answer
}

const holdsSecret = (text: string, mask: Mask): boolean => mask(text) !== text

const NOT_UNDERSTOOD = { type: 'silent', fault: answerFault('fields') } as const
