// Tests the report on a database user's rights: SHOW GRANTS is parsed and compared with the needed rights.
import { LAYOUTS } from '../../src/shop/layouts.js'
import { compareRights, parseGrants, type Right, type RightsReport, together } from '../../src/shop/rights.js'
import { type Product, PRODUCTS } from './fixture-shop.js'
import { describe, expect, it } from 'vitest'

/** As `where table.privilege (columns)`. */
const told = ({ privilege, where, table, columns, on }: Right): string =>
  `${where} ${table ?? '*'} ${privilege}${columns === null ? '' : ` (${columns.join(' ')})`} | ${on}`

const TO = 'TO `desk`@`%`'

describe('a line of SHOW GRANTS', () => {
  it.each<readonly [string, readonly string[]]>([
    // MariaDB, with the hash of the password
    [`GRANT USAGE ON *.* ${TO} IDENTIFIED BY PASSWORD '*D821809F681A40A6E379B50D0463EFAE20BDD122'`, []],
    [`GRANT USAGE ON *.* ${TO} REQUIRE SSL WITH MAX_USER_CONNECTIONS 3`, []],
    [
      `GRANT SELECT (\`memo01\`, \`order_id\`), UPDATE (\`memo05\`) ON \`shop\`.\`dtb_order\` ${TO}`,
      ['shop dtb_order SELECT (memo01 order_id) | dtb_order', 'shop dtb_order UPDATE (memo05) | dtb_order'],
    ],
    // MySQL 5 quotes no column and puts the user in other quotes
    [
      `GRANT SELECT (memo01, order_id) ON \`shop\`.\`dtb_order\` TO 'desk'@'%'`,
      ['shop dtb_order SELECT (memo01 order_id) | dtb_order'],
    ],
    [
      `GRANT SELECT, SELECT (\`memo01\`) ON \`shop\`.\`dtb_order\` ${TO} WITH GRANT OPTION`,
      [
        'shop dtb_order SELECT | dtb_order',
        'shop dtb_order SELECT (memo01) | dtb_order',
        'shop dtb_order GRANT OPTION | dtb_order',
      ],
    ],
    [`GRANT USAGE ON \`shop\`.* ${TO} WITH GRANT OPTION`, ['shop * GRANT OPTION | shop.*']],
    [`GRANT ALL PRIVILEGES ON *.* ${TO}`, ['server * ALL PRIVILEGES | *.*']],
    [`GRANT ALL PRIVILEGES ON \`shop\`.* ${TO}`, ['shop * ALL PRIVILEGES | shop.*']],
    [
      `GRANT SELECT, LOCK TABLES, CREATE TEMPORARY TABLES ON \`other\`.* ${TO}`,
      [
        'elsewhere * SELECT | other.*',
        'elsewhere * LOCK TABLES | other.*',
        'elsewhere * CREATE TEMPORARY TABLES | other.*',
      ],
    ],
    [
      `GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* ${TO}`,
      ['server * BACKUP_ADMIN | *.*', 'server * XA_RECOVER_ADMIN | *.*'],
    ],
    [`GRANT SELECT ON "shop"."dtb_order" TO "desk"@"%"`, ['shop dtb_order SELECT | dtb_order']],
    [`GRANT SELECT ON \`shop\`.\`odd\`\`, TO x\` ${TO}`, ['shop odd`, TO x SELECT | odd`, TO x']],
    [`GRANT SELECT ON \`Shop\`.\`dtb_order\` ${TO}`, ['shop dtb_order SELECT | dtb_order']],
    [`GRANT SELECT ON \`shop2\`.\`dtb_order\` ${TO}`, ['elsewhere dtb_order SELECT | shop2.dtb_order']],
    [
      `GRANT EXECUTE ON PROCEDURE \`shop\`.\`close_day\` ${TO}`,
      ['shop PROCEDURE close_day EXECUTE | PROCEDURE close_day'],
    ],
    [`GRANT PROXY ON ''@'%' TO 'desk'@'%' WITH GRANT OPTION`, ['server * PROXY | ', 'server * GRANT OPTION | ']],
    ['GRANT SELECT ON `shop`.`mtb_pref` TO PUBLIC', ['shop mtb_pref SELECT | mtb_pref']],
    [`REVOKE SELECT ON \`mysql\`.* FROM \`desk\`@\`%\``, []],
    ['SET DEFAULT ROLE `r1` FOR `desk`@`%`', []],
  ])('%s', (line, rights) => {
    const found = parseGrants([line], 'shop')
    expect(found.rights.map(told)).toEqual(rights)
    expect([found.roles, found.unclear]).toEqual([[], 0])
    expect(JSON.stringify(found)).not.toContain('D821809F')
  })

  it.each([
    ['my_shop', 'my\\_shop', 'shop'],
    ['myXshop', 'my\\_shop', 'elsewhere'],
    ['my_shop', 'my_shop', 'shop'],
    ['myXshop', 'my_shop', 'shop'],
    ['my_shop', 'my%', 'shop'],
    ['my_shop', '%', 'shop'],
    ['my_shop', 'my', 'elsewhere'],
    ['my-shop.1', 'my-shop.1', 'shop'],
    ['my-shop.1', 'my-shop_1', 'shop'],
    ['my-shopX1', 'my-shop.1', 'elsewhere'],
    ['店𠮷', '店_', 'shop'],
    ['MY_SHOP', 'my\\_shop', 'shop'],
  ])('database %s and the pattern %s: %s', (database, pattern, where) => {
    const { rights } = parseGrants([`GRANT DELETE ON \`${pattern}\`.* ${TO}`], database)
    expect(rights.map((right) => right.where)).toEqual([where])
  })

  it.each([
    [`GRANT \`r1\` ${TO}`, ['`r1`']],
    [`GRANT \`r1\` ${TO} WITH ADMIN OPTION`, ['`r1`']],
    ['GRANT `r1`@`%`,`r2`@`localhost` TO `desk`@`%`', ['`r1`@`%`', '`r2`@`localhost`']],
    ['GRANT `r ON 2` TO `desk`@`%`', ['`r ON 2`']],
  ])('%s names roles', (line, roles) => {
    expect(parseGrants([line, line], 'shop')).toEqual({ rights: [], roles, unclear: 0 })
  })

  it.each(['', 'DENY SELECT ON *.* TO `desk`@`%`', 'GRANT SELECT ON', `GRANT SELECT ON \`a\`.\`b\`.\`c\` ${TO}`])(
    '%j is not understood, and counted',
    (line) => expect(parseGrants([line], 'shop')).toEqual({ rights: [], roles: [], unclear: 1 }),
  )
})

const NOTHING: RightsReport = { lacking: [], login: [], beyond: [], wide: [], useful: [] }

/** The rights that docs/shop-database.md gives. */
function needed(product: Product): Right[] {
  const { reads, mayRead, writes } = LAYOUTS[product]
  const on = (table: string, privilege: string, columns: readonly string[]): Right => ({
    privilege,
    where: 'shop',
    table,
    columns,
    on: table,
  })
  return [
    ...Object.entries(together(reads, mayRead)).map(([table, columns]) => on(table, 'SELECT', columns)),
    on('dtb_order', 'UPDATE', writes),
  ]
}

const LOGIN = { eccube2: 'dtb_payment', eccube4: 'plg_paygent_payment_config' } as const

describe.each(PRODUCTS)('the rights in %s', (product) => {
  const report = (...lines: string[]): RightsReport => {
    const { rights } = parseGrants(
      lines.map((line) => `GRANT ${line} ${TO}`),
      'shop',
    )
    return compareRights([...needed(product), ...rights], product)
  }

  it('are just right', () => {
    expect(report()).toEqual(NOTHING)
    expect(report('USAGE ON *.*', 'UPDATE (`memo05`, `paygent_error`) ON `shop`.`gone`').beyond).toEqual([
      'UPDATE (memo05, paygent_error) ON gone',
    ])
  })

  it.each<readonly [string, Partial<RightsReport>]>([
    ['SELECT ON `shop`.`dtb_order`', { wide: ['SELECT ON dtb_order'] }],
    ['SELECT (`note`) ON `shop`.`dtb_order`', { wide: ['SELECT (note) ON dtb_order'] }],
    ['SELECT (`id`) ON `shop`.`dtb_customer`', { wide: ['SELECT (id) ON dtb_customer'] }],
    ['SELECT ON `other`.*', { wide: ['SELECT ON other.*'] }],
    ['PROCESS, SHOW DATABASES ON *.*', { wide: ['PROCESS, SHOW DATABASES ON *.*'] }],
    [
      'UPDATE (`status`), SELECT (`note`) ON `shop`.`dtb_order`',
      { beyond: ['UPDATE (status) ON dtb_order'], wide: ['SELECT (note) ON dtb_order'] },
    ],
    ['UPDATE ON `shop`.`dtb_order`', { beyond: ['UPDATE ON dtb_order'] }],
    ['INSERT, DELETE ON `shop`.`dtb_order`', { beyond: ['INSERT, DELETE ON dtb_order'] }],
    ['DELETE ON `shop`.`dtb_order`', { beyond: ['DELETE ON dtb_order'] }],
    ['INSERT (`memo05`) ON `shop`.`dtb_order`', { beyond: ['INSERT (memo05) ON dtb_order'] }],
    ['FILE ON *.*', { beyond: ['FILE ON *.*'] }],
    ['BRAND_NEW_ADMIN ON *.*', { beyond: ['BRAND_NEW_ADMIN ON *.*'] }],
    ['DROP ON `other`.*', { beyond: ['DROP ON other.*'] }],
    [`SELECT ON \`shop\`.\`${LOGIN[product]}\``, { login: [`SELECT ON ${LOGIN[product]}`] }],
    [`SELECT (\`id\`) ON \`shop\`.\`${LOGIN[product]}\``, { login: [`SELECT (id) ON ${LOGIN[product]}`] }],
    [`SELECT ON \`other\`.\`${LOGIN[product]}\``, { wide: [`SELECT ON other.${LOGIN[product]}`] }],
    ['SELECT ON `shop`.*', { login: ['SELECT ON shop.*'] }],
    ['SELECT ON *.*', { login: ['SELECT ON *.*'] }],
    ['ALL PRIVILEGES ON `shop`.*', { login: ['ALL PRIVILEGES ON shop.*'], beyond: ['ALL PRIVILEGES ON shop.*'] }],
  ])('and %s', (more, found) => expect(report(more)).toEqual({ ...NOTHING, ...found }))

  it('may go without the names of 対応状況, and are told so; more of that table than its names is too much', () => {
    const without = needed(product).filter(({ table }) => table !== 'mtb_order_status')
    expect(compareRights(without, product)).toEqual({
      ...NOTHING,
      useful: ['SELECT (id, name) ON mtb_order_status'],
    })
    expect(report('SELECT (`rank`) ON `shop`.`mtb_order_status`').wide).toEqual(['SELECT (rank) ON mtb_order_status'])
    expect(report('UPDATE (`name`) ON `shop`.`mtb_order_status`').beyond).toEqual(['UPDATE (name) ON mtb_order_status'])
  })

  it('may go without the text of the payment method, and are told so', () => {
    const without = needed(product).map((right) =>
      right.columns === null ? right : { ...right, columns: right.columns.filter((name) => name !== 'payment_method') },
    )
    expect(compareRights(without, product)).toEqual({ ...NOTHING, useful: ['SELECT (payment_method) ON dtb_order'] })
    expect(report('UPDATE (`payment_method`) ON `shop`.`dtb_order`').beyond).toEqual([
      'UPDATE (payment_method) ON dtb_order',
    ])
  })

  it('lack what is not there, column by column', () => {
    const { reads, writes } = LAYOUTS[product]
    const [first = '', ...others] = writes
    const without = needed(product).filter(({ privilege }) => privilege === 'SELECT')
    expect(compareRights(without, product).lacking).toEqual([`UPDATE (${writes.join(', ')}) ON dtb_order`])
    const some: Right = { privilege: 'UPDATE', where: 'shop', table: 'dtb_order', columns: others, on: 'dtb_order' }
    expect(compareRights([...without, some], product).lacking).toEqual([`UPDATE (${first}) ON dtb_order`])
    expect(compareRights([], product).lacking.join(' ')).toContain(reads.dtb_order?.join(', '))
    const elsewhere = needed(product).map((right): Right => ({ ...right, where: 'elsewhere' }))
    expect(compareRights(elsewhere, product).lacking).toEqual(compareRights([], product).lacking)
  })

  it('may make things of their own in PostgreSQL, which changes nothing of the shop', () => {
    const inSchema: Right = { privilege: 'CREATE', where: 'shop', table: '', columns: null, on: 'SCHEMA public' }
    const rights = [...needed(product), inSchema]
    expect(compareRights(rights, product)).toEqual({ ...NOTHING, wide: ['CREATE ON SCHEMA public'] })
    const { rights: inMysql } = parseGrants([`GRANT CREATE ON \`shop\`.* ${TO}`], 'shop')
    expect(compareRights([...needed(product), ...inMysql], product).beyond).toEqual(['CREATE ON shop.*'])
  })

  it.each(['ALL PRIVILEGES', 'SUPERUSER'])('%s lacks nothing', (privilege) => {
    const right: Right = { privilege, where: 'server', table: null, columns: null, on: '' }
    expect(compareRights([right], product)).toEqual({ ...NOTHING, login: [privilege], beyond: [privilege] })
  })
})
