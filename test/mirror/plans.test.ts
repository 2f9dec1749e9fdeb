// Tests the entries of plan files: what of them never changes, what the trail says of them, and what a purge removes.
import type { RuleContext } from '../../src/domain/permit.js'
import type { Mirror } from '../../src/mirror/open.js'
import { askedFor } from '../domain/order-fixture.js'
import { mirrorWith, NOON, open, row, stepFor, told } from './mirrors.js'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'

const DAY_MS = 24 * 60 * 60_000

/** Plan 1 is used by run 1, plan 2 is not. */
function madeTwo(rules: Partial<RuleContext> = {}): Mirror {
  const mirror = mirrorWith([row()])
  told(mirror)
  const asked = { ...askedFor('sale', rules), filter: { search: '太郎', shipped: false } }
  for (const planId of ['1', '2']) mirror.plans.enter({ planId, sha256: `hash ${planId}`, asked, madeMs: NOON })
  const steps = [stepFor(mirror, '101', 'sale', { asked: askedFor('sale') })]
  const approval = { planId: '1', sha256: 'hash 1', samePerson: true }
  mirror.journal.beginRun({ asked, steps, refused: [], startedMs: NOON, approval })
  mirror.journal.endRun(1, 'stopped', NOON)
  return mirror
}

function sql(path: string, ...statements: readonly string[]): void {
  const db = new Database(path)
  try {
    for (const statement of statements) db.exec(statement)
  } finally {
    db.close()
  }
}

test('an entry keeps rules and filter of the plan', () => {
  const mirror = madeTwo({ includeCancelled: true, afterUnknown: true })
  expect(mirror.plans.find('2')).toEqual({
    planId: '2',
    sha256: 'hash 2',
    operation: 'sale',
    profile: 'current',
    includeCancelled: true,
    afterUnknown: true,
    filter: { search: '太郎', shipped: false },
    madeMs: NOON,
    osUser: 'yamada',
    sudoUser: null,
    runId: null,
  })
  expect([mirror.plans.find('1')?.runId, mirror.plans.find('3')]).toEqual([1, null])
})

test.each([
  [`UPDATE plans SET sha256 = 'x'`, 'never change'],
  [`UPDATE plans SET os_user = 'suzuki'`, 'never change'],
  [`UPDATE plans SET made_ms = 1 WHERE id = '2'`, 'never change'],
  [`UPDATE plans SET run_id = NULL WHERE id = '1'`, 'used once'],
  [`DELETE FROM plans WHERE id = '2'`, 'never removed'],
])('%s is refused', (statement, said) => {
  const { path } = madeTwo()
  expect(() => sql(path, statement)).toThrow(said)
})

describe('an entry that was changed by hand is named', () => {
  const UNLOCK = ['stay', 'keep_their_facts', 'are_used_once'].map((name) => `DROP TRIGGER plans_${name}`)
  const used = { what: 'plan', runId: 1 }
  const unused = { what: 'plan', runId: null }
  test.each<[string, object]>([
    [`UPDATE plans SET sha256 = 'x' WHERE id = '1'`, { ...used, field: 'sha256', mirror: 'x', trail: 'hash 1' }],
    [`UPDATE plans SET os_user = 'x' WHERE id = '2'`, { ...unused, field: 'os_user', mirror: 'x', trail: 'yamada' }],
    [`UPDATE plans SET sudo_user = 'x' WHERE id = '2'`, { ...unused, field: 'sudo_user', mirror: 'x', trail: null }],
    [`UPDATE plans SET made_ms = 1 WHERE id = '2'`, { ...unused, field: 'made_ms', mirror: 1, trail: NOON }],
    [`UPDATE plans SET operation = 'cancel' WHERE id = '1'`, { ...used, field: 'operation' }],
    [`UPDATE plans SET profile = 'manual' WHERE id = '2'`, { ...unused, field: 'profile', mirror: 'manual' }],
    [`UPDATE plans SET include_cancelled = 1`, { ...unused, field: 'include_cancelled', mirror: 1, trail: 0 }],
    [`UPDATE plans SET after_unknown = 1`, { ...used, field: 'after_unknown', mirror: 1, trail: 0 }],
    [`UPDATE plans SET filters = '{}' WHERE id = '1'`, { ...used, field: 'filters', trail: '{"shipped":false}' }],
    [`UPDATE plans SET filters = 'x' WHERE id = '2'`, { ...unused, field: 'filters', mirror: 'x' }],
    [`UPDATE plans SET run_id = NULL WHERE id = '1'`, { ...unused, field: 'run_id', mirror: null, trail: 1 }],
    [`DELETE FROM plans WHERE id = '1'`, { ...used, field: 'row', mirror: null, trail: 'present' }],
    [`UPDATE plans SET id = '3' WHERE id = '2'`, { ...unused, field: 'row', mirror: 'present', trail: null }],
  ])('%s', (statement, contradiction) => {
    const mirror = madeTwo()
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
    sql(mirror.path, ...UNLOCK, statement)
    const check = mirror.journal.verify(null)
    expect(check).toMatchObject({ ok: false, problem: 'contradicted' })
    expect(check.ok ? [] : check.contradictions).toContainEqual(expect.objectContaining(contradiction))
  })
})

test('a purge removes the search text of a plan that was used, or that is too old to be used', () => {
  const mirror = madeTwo()
  const filters = () => ['1', '2'].map((id) => mirror.plans.find(id)?.filter)
  mirror.journal.purge('2009-01-01', NOON + DAY_MS)
  expect(filters()).toEqual([{ shipped: false }, { search: '太郎', shipped: false }])
  mirror.journal.purge('2009-01-01', NOON + DAY_MS + 1)
  expect(filters()).toEqual([{ shipped: false }, { shipped: false }])
  expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
})

test('the entry of a plan holds its rules and filter, and no search text', () => {
  const mirror = madeTwo({ includeCancelled: true })
  expect(JSON.parse(mirror.journal.entries()[0]?.facts ?? '')).toEqual({
    planId: '1',
    sha256: 'hash 1',
    profile: 'current',
    includeCancelled: 1,
    afterUnknown: 0,
    filters: '{"shipped":false}',
  })
  expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
})

test('a plan is entered while another program holds the lock', () => {
  const mirror = madeTwo()
  expect(mirror.lock.held).toBe(true)
  const other = open(mirror.path, { mode: 'write' })
  other.plans.enter({ planId: '3', sha256: 'x', asked: askedFor('cancel'), madeMs: NOON })
  expect(mirror.plans.find('3')).toMatchObject({ operation: 'cancel', runId: null })
  expect(mirror.journal.verify(null)).toMatchObject({ ok: true })
})
