// Parses PAYGENT_SHOP_DATABASE and never quotes it, because it contains a password.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.js'
import { addressOf, placeOf, type ShopAddress } from '../../src/shop/address.js'

const PASSWORD = 'hush-hush'

const plain: ShopAddress = {
  server: 'mysql',
  host: '127.0.0.1',
  port: 3306,
  socket: null,
  user: 'desk',
  password: PASSWORD,
  database: 'eccube',
  tls: null,
}

/** user and password, then the rest. */
const mysql = (rest: string): string => `mysql://desk:${PASSWORD}@${rest}`

describe('an address', () => {
  it.each([
    [mysql('127.0.0.1/eccube'), {}],
    [mysql('127.0.0.1:3307/eccube'), { port: 3307 }],
    [mysql('localhost/eccube'), { host: 'localhost' }],
    [`postgres://desk:${PASSWORD}@127.0.0.1/eccube`, { server: 'postgres', port: 5432 }],
    [`postgresql://desk:${PASSWORD}@127.0.0.1/eccube`, { server: 'postgres', port: 5432 }],
    [`postgres://desk:${PASSWORD}@127.0.0.1:6432/eccube`, { server: 'postgres', port: 6432 }],
    ['mysql://desk@127.0.0.1/eccube', { password: '' }],
    ['mysql://de%40sk:p%2Fa%3As%25s@127.0.0.1/ec%20cube', { user: 'de@sk', password: 'p/a:s%s', database: 'ec cube' }],
    ['mysql://desk:%E5%AF%86@127.0.0.1/eccube', { password: '密' }],
    [mysql('[::1]/eccube'), { host: '::1' }],
    [mysql('[::1]:3307/eccube'), { host: '::1', port: 3307 }],
    [mysql('localhost/eccube?socket=/run/mysqld/s'), { host: 'localhost', socket: '/run/mysqld/s' }],
    [mysql('localhost/eccube?socket=%2Frun%2Fs'), { host: 'localhost', socket: '/run/s' }],
    [mysql('localhost/eccube?socket='), { host: 'localhost' }],
  ] as [string, Partial<ShopAddress>][])('%s', (setting, changes) => {
    expect(addressOf(setting)).toEqual({ ...plain, ...changes })
  })
})

describe('TLS', () => {
  const on = { caPath: null }
  const withCa = { caPath: '/etc/ca.pem' }
  it.each([
    ['127.0.0.1/eccube', null],
    ['127.8.9.1/eccube', null],
    ['localhost/eccube', null],
    ['[::1]/eccube', null],
    ['db.example.jp/eccube?socket=/run/s', null],
    ['db.example.jp/eccube', on],
    ['127.0.0.1.example.jp/eccube', on],
    ['localhost.example.jp/eccube', on],
    ['db.example.jp/eccube?tls=on', on],
    ['db.example.jp/eccube?tls=off', null],
    ['localhost/eccube?tls=on', on],
    ['10.0.0.1/eccube?tls=off', null],
    ['127.0.0.1/eccube?tls=off', null],
    ['localhost/eccube?ca=/etc/ca.pem', withCa],
    ['db.example.jp/eccube?ca=/etc/ca.pem', withCa],
    ['db.example.jp/eccube?ca=/etc/ca.pem&tls=on', withCa],
    ['db.example.jp/eccube?ca=', on],
  ])('%s', (rest, tls) => expect(addressOf(mysql(rest)).tls).toEqual(tls))
})

describe('what is no address', () => {
  it.each([
    [mysql('127.0.0.1/'), 'database'],
    [mysql('127.0.0.1'), 'database'],
    [mysql('127.0.0.1/a/b'), 'database'],
    [mysql('127.0.0.1/a%2Fb'), 'database'],
    [`mysql://:${PASSWORD}@127.0.0.1/eccube`, 'user'],
    ['mysql://127.0.0.1/eccube', 'user'],
    [mysql('127.0.0.1/eccube?sslmode=require'), '?sslmode'],
    [mysql('127.0.0.1/eccube?tls=maybe'), '?tls=on | ?tls=off'],
    [mysql('127.0.0.1/eccube?tls='), '?tls=on | ?tls=off'],
    [mysql('127.0.0.1/eccube?tls=off&ca=/etc/ca.pem'), '?tls=off&ca='],
    [`mysql://desk:${PASSWORD}%zz@127.0.0.1/eccube`, '%'],
    [mysql('127.0.0.1/%zz'), '%'],
    // An address has no name that a certificate could be held against.
    [mysql('10.0.0.1/eccube'), 'TLS, 10.0.0.1'],
    [mysql('[2001:db8::1]/eccube'), 'TLS, 2001:db8::1'],
    [mysql('127.0.0.1/eccube?ca=/etc/ca.pem'), 'TLS, 127.0.0.1'],
  ])('%s', (setting, problem) => {
    let fault: unknown
    try {
      addressOf(setting)
    } catch (error) {
      fault = error
    }
    expect(fault).toBeInstanceOf(AppError)
    expect(fault).toMatchObject({ code: 'shop-address', params: { problem } })
    const { message, stack, params } = fault as AppError
    expect(JSON.stringify([message, stack, params])).not.toContain(PASSWORD)
  })
})

describe('where it is, for the operator', () => {
  it.each([
    [mysql('127.0.0.1/eccube'), '127.0.0.1:3306/eccube'],
    [mysql('db.example.jp:3307/eccube'), 'db.example.jp:3307/eccube'],
    [mysql('[::1]/eccube'), '[::1]:3306/eccube'],
    [mysql('localhost/eccube?socket=/run/s'), '/run/s/eccube'],
    ['postgres://desk@db.example.jp/shop', 'db.example.jp:5432/shop'],
  ])('%s', (setting, place) => {
    expect(placeOf(addressOf(setting))).toBe(place)
    expect(place).not.toMatch(/desk|hush/)
  })
})
