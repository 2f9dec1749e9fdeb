import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/mirror/database.js'
import { begin, mirrorWith, NOON, row, STAMP, stepFor, told } from './mirrors.js'

describe('the rules that the database keeps itself', () => {
  const raw = (path: string) => openDatabase(path, { mode: 'write', stamp: STAMP, nowMs: NOON })
  const attempt = (
    connection: ReturnType<typeof raw>,
    orderId: string,
    position: number,
    state: string,
    tryNumber = 1,
  ) =>
    connection.write(() =>
      connection.run(
        'INSERT INTO attempts (run_id, position, try_number, order_id, state, prepared_ms) VALUES (1, ?, ?, ?, ?, 0)',
        position,
        tryNumber,
        orderId,
        state,
      ),
    )

  function twoOrders() {
    const mirror = mirrorWith([row(), row({ orderId: '853', paymentId: '9853' })])
    told(mirror)
    told(mirror, { paymentId: '9853' }, '853')
    begin(mirror, stepFor(mirror), stepFor(mirror, '101', 'sale', { orderId: '853', position: 2 }))
    return raw(mirror.path)
  }

  test('one open attempt for each order', () => {
    const connection = twoOrders()
    attempt(connection, '852', 1, 'unknown')
    expect(() => attempt(connection, '852', 1, 'unknown', 2)).toThrow('UNIQUE')
    expect(() => attempt(connection, '852', 1, 'prepared', 2)).toThrow('UNIQUE')
    attempt(connection, '852', 1, 'rejected', 2)
    connection.close()
  })

  test('one request in flight in the whole mirror', () => {
    const connection = twoOrders()
    attempt(connection, '852', 1, 'prepared')
    expect(() => attempt(connection, '853', 2, 'prepared')).toThrow('UNIQUE')
    attempt(connection, '853', 2, 'unknown')
    connection.close()
  })

  test.each(['attempts', 'runs', 'run_items', 'journal'])('nothing is removed from %s', (table) => {
    const connection = twoOrders()
    attempt(connection, '852', 1, 'prepared')
    expect(() => connection.write(() => connection.run(`DELETE FROM ${table}`))).toThrow(/never removed|append-only/)
    connection.close()
  })

  test('entries of the journal are neither changed nor replaced', () => {
    const connection = twoOrders()
    const change = (sql: string) => () => connection.write(() => connection.run(sql))
    expect(change(`UPDATE journal SET outcome = 'accepted'`)).toThrow('append-only')
    expect(change(`INSERT OR REPLACE INTO journal SELECT * FROM journal`)).toThrow('append-only')
    connection.close()
  })
})
