// A shop on EC-CUBE 2 with as many orders as are wanted, the same each time, made by the server itself.
import type { DatabaseServer } from './database-server.js'
import { fixtureShop } from './fixture-shop.js'
import type { ServerKind } from './installed.js'

/** Each a column `n` from 1 to the count. */
const NUMBERS = {
  mysql: (count: number) => `(SELECT seq AS n FROM seq_1_to_${count}) AS numbers`,
  postgres: (count: number) => `generate_series(1, ${count}) AS numbers (n)`,
} as const satisfies Record<ServerKind, unknown>

/** One order a minute from 2020 on, Japan time; PostgreSQL adds the microseconds that it keeps. */
const CREATED = {
  mysql: "TIMESTAMPADD(MINUTE, n, '2020-01-01 00:00:00')",
  postgres: "TIMESTAMP '2020-01-01 00:00:00' + n * INTERVAL '1 minute' + (n % 1000000) * INTERVAL '1 microsecond'",
} as const satisfies Record<ServerKind, string>

/** Their numbers begin here, above those of the fixture. */
export const FIRST_OF_MANY = 100_001

/** All of them are for us: half credit, the rest carriers; half of them sold; one in ten shipped. */
function insertOf(kind: ServerKind, count: number): string {
  const text = (number: string): string => `CAST(${number} AS CHAR(12))`
  return `
INSERT INTO dtb_order (order_id, order_name01, order_name02, order_email, total, payment_total, status, create_date, update_date,
  commit_date, del_flg, note, memo01, memo02, memo03, memo05, memo06, memo07, memo08, memo09, memo10)
SELECT ${FIRST_OF_MANY - 1} + n, '架空', CONCAT('客', n), CONCAT('customer', n, '@example.com'), 500 + n % 20000, 500 + n % 20000,
  CASE WHEN n % 2 = 0 THEN 6 ELSE 1 END, ${CREATED[kind]}, ${CREATED[kind]},
  CASE WHEN n % 10 = 0 THEN ${CREATED[kind]} END, 0, CONCAT('備考', n), 'mdl_paygent', 'a:0:{}', '0', '',
  TRIM(${text('7000000000 + n')}),
  CASE WHEN n % 2 = 1 THEN '20' WHEN n % 8 = 4 THEN '44' ELSE '40' END,
  CASE n % 8 WHEN 4 THEN '100_1' WHEN 3 THEN '100_1' WHEN 6 THEN '100_2' WHEN 7 THEN '100_3' ELSE '020' END,
  CASE WHEN n % 2 = 1 THEN '' WHEN n % 8 IN (4, 6) THEN '101' ELSE '022' END, TRIM(${text('n')})
FROM ${NUMBERS[kind](count)}`
}

/** Makes the database: the fixture's orders, and so many more. */
export async function createShopOf(server: DatabaseServer, database: string, count: number, more = ''): Promise<void> {
  await server.createDatabase(database, [fixtureShop('eccube2', server.kind)], more)
  await server.admin(insertOf(server.kind, count), database)
}
