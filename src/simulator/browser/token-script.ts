// The script with which a shop's page makes a token of a card. It runs in the browser of the customer and sends nothing:
// of the number no more than the last four digits get into the token.
import { japanIso } from '../../clock.js'
import type { BrowserRoute } from './page.js'

/** The path of the script at Paygent, under its own host. */
export const TOKEN_SCRIPT_PATH = '/js/PaygentToken.js'

/** The longest time for which Paygent's test system takes a card. */
const MOST_YEARS = 20

/**
 * The script. Its results have the numbers that public code of shops knows; which forms Paygent takes is assumed.
 * @param month the present one, `YYYY-MM`
 */
const scriptOf = (month: string): string => String.raw`(function () {
  'use strict'
  var FIRST_MONTH = '${month}'
  var LAST_MONTH = '${Number(month.slice(0, 4)) + MOST_YEARS}${month.slice(4)}'

  function text(value) {
    return value === undefined || value === null ? '' : String(value)
  }

  function problemOf(merchantId, tokenKey, card) {
    var year = text(card.expire_year)
    var month = text(card.expire_month)
    var end = '20' + year + '-' + month
    if (text(merchantId) === '') return '1100'
    if (text(tokenKey) === '') return '1200'
    if (text(card.card_number) === '') return '1300'
    if (!/^\d{13,19}$/.test(text(card.card_number))) return '1301'
    if (year === '') return '1400'
    if (!/^\d\d$/.test(year)) return '1401'
    if (month === '') return '1500'
    if (!/^(0[1-9]|1[0-2])$/.test(month)) return '1501'
    if (end < FIRST_MONTH || end > LAST_MONTH) return '1502'
    if (!/^(\d{3,4})?$/.test(text(card.cvc))) return '1600'
    if (!/^[\x20-\x7e]{0,45}$/.test(text(card.name))) return '1700'
    return null
  }

  function newToken(lastDigits) {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16))
    var random = ''
    for (var at = 0; at < bytes.length; at += 1) random += ('0' + bytes[at].toString(16)).slice(-2)
    return 'tok_' + random + '_' + lastDigits
  }

  /** Not at once: the answer of Paygent comes over the network. */
  function answer(callback, response) {
    window.setTimeout(function () {
      callback(response)
    }, 0)
  }

  function PaygentToken() {}

  PaygentToken.prototype.createToken = function (merchantId, tokenKey, card, callback) {
    var given = card || {}
    var problem = problemOf(merchantId, tokenKey, given)
    if (problem !== null) return answer(callback, { result: problem })
    var token = newToken(text(given.card_number).slice(-4))
    answer(callback, { result: '0000', tokenizedCardObject: { token: token } })
  }

  /** For stored cards, which this simulator does not have. */
  PaygentToken.prototype.createCvcToken = function (merchantId, tokenKey, card, callback) {
    answer(callback, { result: '9000' })
  }

  window.PaygentToken = PaygentToken
})()
`

/** A page of a shop, on whatever address, may load it. */
export const tokenScriptRoute: BrowserRoute = ({ method, path }, { office }) =>
  method === 'GET' && path === TOKEN_SCRIPT_PATH
    ? {
        status: 200,
        type: 'text/javascript; charset=utf-8',
        body: scriptOf(japanIso(office.nowMs()).slice(0, 7)),
        shared: true,
      }
    : null
