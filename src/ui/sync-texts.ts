// The words of `sync`.
import { grouped } from '../text/numbers.js'
import type { Lang } from './screen.js'

const JA = {
  asked: (count: number) => `照会した受注：${grouped(count)}件`,
  putOff: (count: number) => `次回に照会する受注：${grouped(count)}件`,
  aged: (count: number) => `状況が進んだ受注：${grouped(count)}件`,
  fetched: (count: number) => `受け取った通知：${grouped(count)}件`,
  notices: (applied: number, otherTypes: number, pending: number) =>
    `  反映 ${grouped(applied)}件、対象外の決済 ${grouped(otherTypes)}件、保留 ${grouped(pending)}件`,
  untold: 'ペイジェントの回答が得られなかった受注',
  untoldOrder: (orderId: string, code: string) => `  受注番号 ${orderId}：${code === '' ? '応答なし' : code}`,
  unknownPayments: 'ミラーにない決済の通知',
  unknownPayment: (id: string, payment: string, trading: string, status: string, amount: string) =>
    `  通知 ${id}：決済ID ${payment}、取引ID ${trading}、${status}、${amount}`,
  unknownNext: '受注を取り込んでから、もう一度 paygent sync を実行してください。',
  purged: 'ペイジェントの保存期間を過ぎた通知',
  purgedIds: (ids: string) => `  通知 ${ids}`,
  purgedOrders: (ids: string) => `  関係する可能性のある受注（照会の対象）：${ids}`,
  none: 'なし',
  same: '照会した受注と通知は、ペイジェントと一致しています。',
  unfinished: '途中で終わりました。残りは次の paygent sync で照会します。',
  fetching: (count: number) => `通知を受け取り中 ${grouped(count)}件`,
}

const EN: typeof JA = {
  asked: (count) => `Orders asked about: ${grouped(count)}`,
  putOff: (count) => `Orders left to the next time: ${grouped(count)}`,
  aged: (count) => `Orders that have moved on: ${grouped(count)}`,
  fetched: (count) => `Notices fetched: ${grouped(count)}`,
  notices: (applied, otherTypes, pending) =>
    `  ${grouped(applied)} applied, ${grouped(otherTypes)} of other payment types, ${grouped(pending)} put off`,
  untold: 'Orders of which Paygent told nothing',
  untoldOrder: (orderId, code) => `  order ${orderId}: ${code === '' ? 'no answer' : code}`,
  unknownPayments: 'Notices of payments that the mirror does not know',
  unknownPayment: (id, payment, trading, status, amount) =>
    `  notice ${id}: payment ${payment}, trading id ${trading}, ${status}, ${amount}`,
  unknownNext: 'Import their orders, then run "paygent sync" again.',
  purged: 'Notices that Paygent no longer has',
  purgedIds: (ids) => `  notice ${ids}`,
  purgedOrders: (ids) => `  orders that they may have been about (asked about): ${ids}`,
  none: 'none',
  same: 'What was asked about or told by a notice agrees with Paygent.',
  unfinished: 'It ended early; the next "paygent sync" asks about the rest.',
  fetching: (count) => `Fetching notices: ${grouped(count)}`,
}

export const SYNC_TEXTS: Record<Lang, typeof JA> = { ja: JA, en: EN }
