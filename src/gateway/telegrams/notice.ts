// 091, one notice of a changed payment. Page 2.5.
import { telegramOf, type Login, type Telegram } from './telegram.js'

/** @param noticeId null fetches the next one and marks it as delivered for the whole merchant */
export const noticeTelegram = (login: Login, noticeId: string | null): Telegram =>
  telegramOf(login, '091', [['payment_notice_id', noticeId ?? '']])
