// Tests the file of a plan on the disk, and everything that has to fit before it is sent.
import { systemClock } from '../../src/clock.js'
import type { PlanDocument } from '../../src/batch/plan-file.js'
import { BY_NAME } from '../../src/batch/plan.js'
import type { Context } from '../../src/cli/context.js'
import { approvedChoice, approvedPlan, readPlan, writePlan } from '../../src/cli/plan-file.js'
import { refuseTaken } from '../../src/cli/files.js'
import { AppError } from '../../src/errors.js'
import { isSamePerson, type PlanEntry, planFault } from '../../src/mirror/plans.js'
import { errorText } from '../../src/ui/errors.js'
import { auOrder, bench, type Bench } from '../jobs/bench.js'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'paygent-plan-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const CONFIG = { environment: 'sandbox', merchantId: '12345', profile: 'current' } as const
const contextOf = (b: Bench, changes: object = {}): Context =>
  ({ config: { ...CONFIG, ...changes }, clock: b.clock }) as unknown as Context

/** A plan of two orders in a file. */
async function filed(operation: 'sale' | 'cancel' = 'sale') {
  const customerName = '髙橋 花子'
  const b = bench(auOrder('1', { customerName }), auOrder('2', { customerName }))
  const path = join(folder(), 'plan.json')
  const plan = await b.plan(operation, ['2', '1'], {}, { ...BY_NAME, filter: { search: '花子' } })
  const file = writePlan(path, plan, { ...BY_NAME, orders: plan.orders }, contextOf(b), b.mirror)
  return { b, path, plan, file }
}

const faultOf = (work: () => unknown): Pick<AppError, 'code' | 'exitCode'> => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, exitCode: error.exitCode }
    throw error
  }
  return expect.fail('nothing was refused')
}

describe('a plan that is written', () => {
  it('is for its user alone, names no customer, and is entered by its hash', async () => {
    const { b, path, file } = await filed()
    const text = readFileSync(path, 'utf8')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(text).not.toMatch(/花子|髙橋|ペイジェント/)
    expect(JSON.parse(text)).toMatchObject({ mirrorId: b.mirror.id, ...CONFIG, operation: 'sale', id: file.id })
    const sum = execFileSync('sha256sum', [path]).toString().split(' ')[0]
    expect([sum, b.mirror.plans.find(file.id)]).toEqual([
      file.sha256,
      expect.objectContaining({ sha256: sum, runId: null }),
    ])
  })

  it('is read back, with the choice of its author', async () => {
    const { b, path } = await filed()
    const approved = approvedPlan(readPlan(path), 'sale', true, contextOf(b), b.mirror)
    const choice = approvedChoice(approved, b.mirror.orders)
    expect(choice.orders.map(({ orderId }) => [orderId, choice.originOf(orderId, null)])).toEqual([
      ['2', 'named'],
      ['1', 'named'],
    ])
    expect(choice).toMatchObject({ anew: true, filter: { search: '花子' } })
  })

  it.each([
    ['a file', (path: string) => writeFileSync(path, 'x')],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere/at/all', path)],
  ])('takes the place of nothing: %s', async (_, make) => {
    const { b, plan } = await filed()
    const path = join(folder(), 'there.json')
    make(path)
    const before = b.mirror.journal.entries().length
    expect(faultOf(() => refuseTaken(path))).toEqual({ code: 'file-exists', exitCode: 2 })
    const write = () => writePlan(path, plan, { ...BY_NAME, orders: [] }, contextOf(b), b.mirror)
    expect(faultOf(write)).toEqual({ code: 'file-exists', exitCode: 2 })
    expect(b.mirror.journal.entries()).toHaveLength(before)
  })

  it('needs a folder', async () => {
    const { b, plan } = await filed()
    const path = join(folder(), 'none', 'plan.json')
    expect(faultOf(() => refuseTaken(path))).toEqual({ code: 'file-unwritable', exitCode: 2 })
    const write = () => writePlan(path, plan, { ...BY_NAME, orders: [] }, contextOf(b), b.mirror)
    expect(faultOf(write)).toEqual({ code: 'file-unwritable', exitCode: 2 })
  })

  it('that cannot be entered leaves no file', async () => {
    const { b, plan } = await filed()
    const path = join(folder(), 'plan.json')
    const mirror = { ...b.mirror, plans: { enter: () => expect.fail('full') } } as unknown as Bench['mirror']
    expect(() => writePlan(path, plan, { ...BY_NAME, orders: [] }, contextOf(b), mirror)).toThrow('full')
    expect(() => statSync(path)).toThrow('ENOENT')
  })
})

describe('a file that is no plan', () => {
  const rows: readonly [string, (path: string, whole: Buffer) => unknown, string][] = [
    ['no file', () => undefined, 'file-unreadable'],
    ['a folder', (path) => mkdirSync(path), 'file-unreadable'],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), 'plan-foreign'],
    ['an empty file', (path) => writeFileSync(path, ''), 'plan-unreadable'],
    ['the first half', (path, whole) => writeFileSync(path, whole.subarray(0, whole.length / 2)), 'plan-unreadable'],
    ['all but the last bracket', (path, whole) => writeFileSync(path, whole.subarray(0, -2)), 'plan-unreadable'],
    ['no text', (path) => writeFileSync(path, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 'plan-unreadable'],
    ['a workbook', (path) => writeFileSync(path, 'PK\u0003\u0004'), 'plan-unreadable'],
    ['a CSV', (path) => writeFileSync(path, 'order_id,total\n852,1\n'), 'plan-unreadable'],
    ['null', (path) => writeFileSync(path, 'null'), 'plan-foreign'],
    ['a list', (path) => writeFileSync(path, '[]'), 'plan-foreign'],
    ['a result', (path) => writeFileSync(path, '{"dryRun":true,"run":{},"results":[]}'), 'plan-foreign'],
    ['a plan without its head', (path) => writeFileSync(path, '{"format":"paygent-plan","version":1}'), 'plan-foreign'],
    ['a plan of no version', (path, whole) => writeFileSync(path, changed(whole, { version: 'x' })), 'plan-foreign'],
    ['a newer plan', (path, whole) => writeFileSync(path, changed(whole, { version: 2 })), 'plan-newer'],
    ['too large a file', (path) => writeFileSync(path, Buffer.alloc(16 * 1024 * 1024 + 1, 0x20)), 'plan-too-large'],
  ]
  it.each(rows)('%s', async (_, make, code) => {
    const { path: whole } = await filed()
    const path = join(folder(), 'plan.json')
    make(path, readFileSync(whole))
    expect(faultOf(() => readPlan(path))).toEqual({ code, exitCode: 2 })
  })

  it.skipIf(process.getuid?.() === 0)('one that another user keeps for himself', async () => {
    const { path } = await filed()
    chmodSync(path, 0)
    expect(faultOf(() => readPlan(path))).toEqual({ code: 'file-unreadable', exitCode: 2 })
  })
})

const changed = (whole: Buffer, changes: object): string =>
  JSON.stringify({ ...(JSON.parse(whole.toString()) as PlanDocument), ...changes })

describe('a plan that may not be sent', () => {
  type Made = Awaited<ReturnType<typeof filed>>
  interface Given {
    readonly settings?: object
    readonly operation?: 'sale' | 'cancel'
    readonly samePerson?: boolean
    /** What happens to file and mirror before. */
    readonly before?: (made: Made) => unknown
  }
  const edit =
    (changes: object) =>
    ({ path }: Made) =>
      writeFileSync(path, changed(readFileSync(path), changes))
  const DAY_MS = 24 * 60 * 60_000
  const rows: readonly [string, Given, string, number][] = [
    ['another command', { operation: 'cancel' }, 'plan-of-another-operation', 2],
    ['another environment', { settings: { environment: 'production' } }, 'plan-of-another-environment', 2],
    ['another merchant', { settings: { merchantId: '99999' } }, 'plan-of-another-merchant', 2],
    ['another mirror', { before: edit({ mirrorId: 'm2' }) }, 'plan-of-another-mirror', 2],
    ['other rules', { settings: { profile: 'manual' } }, 'plan-of-another-profile', 2],
    ['an id of no entry', { before: edit({ id: 'p2' }) }, 'plan-unknown', 2],
    ['another amount', { before: edit({ summary: { orders: 2, yen: 1 } }) }, 'plan-altered', 2],
    ['one more blank', { before: ({ path }) => writeFileSync(path, ' ', { flag: 'a' }) }, 'plan-altered', 2],
    ['the same person', { samePerson: false }, 'plan-same-person', 2],
    ['24 hours and a moment', { before: ({ b }) => b.clock.pass(DAY_MS + 1) }, 'plan-expired', 6],
    ['a time that is still to come', { before: ({ b }) => b.clock.pass(-6 * 60_000) }, 'plan-expired', 6],
    [
      'a plan that was used',
      {
        before: async ({ b, plan, file }) =>
          b.run(plan, { approval: { planId: file.id, sha256: file.sha256, samePerson: true } }),
      },
      'plan-used',
      6,
    ],
  ]
  it.each(rows)('%s', async (_, { settings = {}, operation = 'sale', samePerson = true, before }, code, exitCode) => {
    const made = await filed()
    await before?.(made)
    const { b, path } = made
    const take = () => approvedPlan(readPlan(path), operation, samePerson, contextOf(b, settings), b.mirror)
    expect(faultOf(take)).toEqual({ code, exitCode })
  })

  it('is sent until 24 hours are over', async () => {
    const { b, path } = await filed('cancel')
    b.clock.pass(DAY_MS)
    expect(approvedPlan(readPlan(path), 'cancel', true, contextOf(b), b.mirror).entry.operation).toBe('cancel')
  })

  it('says in both languages what to do next', () => {
    for (const code of [
      ...rows.map(([, , one]) => one),
      'plan-unreadable',
      'plan-foreign',
      'plan-newer',
      'plan-too-large',
    ]) {
      const error = new AppError(code as AppError['code'], {
        path: 'plan.json',
        found: 'bulk-sale',
        wanted: 'bulk-cancel',
      })
      expect(errorText(error, 'ja')).toMatch(/何も送信していません。\n.+(--|paygent)/)
      expect(errorText(error, 'en')).toMatch(/othing was sent\.\n.+(--|paygent|PAYGENT|file)/)
    }
  })

  it('names each difference in words', () => {
    const lines = [
      '852\theld-amount\t1733\t1000',
      '852\trequest\tsale\tcorrected-sale',
      '853\trefused\t\tattention',
      '854\ttotal\t\t',
      '855\ton-hold\t\t',
      '856\tfilter\t\t',
      '857\trefused\t\tleft-out',
    ]
    const error = new AppError('plan-differs', { lines, more: 7 })
    expect(errorText(error, 'ja').split('\n')).toMatchObject([
      expect.stringContaining('受注の内容が変わりました'),
      '  受注番号：852 オーソリ金額 1,733円 → 1,000円',
      '  受注番号：852 処理内容 売上 → 補正売上',
      '  受注番号：853 対象外になりました（要対応）',
      '  受注番号：854 お支払い合計が変わりました',
      '  受注番号：855 内容が変わりました（保留）',
      '  受注番号：856 内容が変わりました（filter）',
      '  受注番号：857 対象外になりました（--all の対象外）',
      '  ほか 7件',
      '何も送信していません。',
      expect.stringContaining('--dry-run --out'),
    ])
    expect(errorText(error, 'en')).toContain('Order 852: authorised amount ¥1,733 → ¥1,000')
  })
})

describe('the two persons', () => {
  const person = (osUser: string, sudoUser: string | null = null) => ({ osUser, sudoUser })
  const rows: readonly [ReturnType<typeof person>, ReturnType<typeof person>, boolean][] = [
    [person('yamada'), person('yamada'), true],
    [person('yamada'), person('suzuki'), false],
    [person('yamada'), person('shop', 'yamada'), true],
    [person('shop', 'yamada'), person('yamada'), true],
    [person('shop', 'yamada'), person('root', 'yamada'), true],
    [person('shop', 'yamada'), person('suzuki'), false],
    [person('shop', 'yamada'), person('suzuki', 'sato'), false],
    // The login that makes the entry is what counts, even where two people share it.
    [person('shop', 'yamada'), person('shop', 'suzuki'), true],
  ]
  it.each(rows)('%j and %j: %s', (maker, confirmer, same) => {
    expect(isSamePerson(maker, confirmer)).toBe(same)
    const nowMs = systemClock.nowMs()
    const entry: PlanEntry = {
      ...maker,
      planId: 'p1',
      sha256: 'x',
      operation: 'sale',
      profile: 'current',
      includeCancelled: false,
      afterUnknown: false,
      filter: {},
      madeMs: nowMs,
      runId: null,
    }
    const fault = planFault(entry, { planId: 'p1', sha256: 'x', samePerson: false }, confirmer, nowMs)
    expect(fault?.code ?? null).toBe(same ? 'plan-same-person' : null)
  })
})
