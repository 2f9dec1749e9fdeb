// 094, the inquiry about one payment. Page 2.1.
import type { InquiryKey } from '../../domain/answer.js'
import { paymentFields, telegramOf, type Login, type Telegram } from './telegram.js'

export const inquiryTelegram = (login: Login, key: InquiryKey): Telegram =>
  telegramOf(login, '094', paymentFields(key.tradingId, 'paymentId' in key ? key.paymentId : null))
