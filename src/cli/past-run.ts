// Chooses the orders of a past run for `--rest` and `--undo`: what it left undone, or what it sold and may be undone.
import type { Choice } from '../batch/prepare.js'
import { originAgain } from '../domain/chosen.js'
import { isAsSold, isLeftUndone } from '../domain/left.js'
import type { RunRecord } from '../domain/run.js'
import { AppError } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import type { Narrator } from './batch-narrator.js'
import type { BatchRequest, PastRun } from './batch-options.js'

type Asking = Pick<BatchRequest, 'operation' | 'past'>

type PastJournal = Pick<Mirror['journal'], 'run' | 'items' | 'choiceOf'>

/** The operation of the run that an option takes up again. */
const operationFor = ({ option }: PastRun, { operation }: Asking) => (option === '--rest' ? operation : 'sale')

/**
 * Checks the past run before anything else is done.
 * @throws AppError unknown-run, run-of-another-kind, run-under-way
 */
export function assertPastRun(request: Asking, { journal }: { readonly journal: PastJournal }): void {
  if (request.past !== null) pastRunOf(request.past, request, journal)
}

function pastRunOf(past: PastRun, request: Asking, journal: PastJournal): RunRecord {
  const { option, runId: id } = past
  const run = journal.run(id)
  if (run === null) throw new AppError('unknown-run', { id })
  if (run.operation !== operationFor(past, request))
    throw new AppError('run-of-another-kind', { id, option, operation: run.operation })
  if (journal.items(id).some(({ request: sent }) => sent === 'refund'))
    throw new AppError('run-of-another-kind', { id, option, operation: 'refund' })
  if (run.state === 'running') throw new AppError('run-under-way', { id, option })
  return run
}

/** The part of a batch command by which the orders are chosen. */
interface Choosing {
  readonly request: Asking
  readonly mirror: { readonly journal: PastJournal }
  readonly narrator: Pick<Narrator, 'changedSince'>
}

/** The orders in the order of that run. Each comes into the new plan as it came into that one. */
export function chooseFromPast(past: PastRun, { request, mirror, narrator }: Choosing): Choice {
  const { journal } = mirror
  const { id } = pastRunOf(past, request, journal)
  const choice = journal.choiceOf(id)
  if (choice === null) throw new AppError('unknown-run', { id })
  const { filter, orders } = choice
  const items = journal.items(id)
  if (past.option === '--rest') {
    return {
      orders: items.filter(isLeftUndone).map(({ order }) => order),
      filter,
      originOf: (orderId, mark) => originAgain(orders.get(orderId), mark),
    }
  }
  const accepted = items.filter(({ outcome }) => outcome === 'accepted')
  const asSold = accepted.filter(isAsSold)
  narrator.changedSince(
    id,
    accepted.filter((item) => !asSold.includes(item)).map(({ order }) => order),
  )
  return {
    orders: asSold.map(({ order }) => order),
    // The filters of a sale say nothing about its undoing: the parcel may have come back.
    filter: {},
    originOf: (orderId, mark) => {
      const origin = originAgain(orders.get(orderId), mark)
      return origin === 'all' || origin === 'night' ? 'ticked-by-all' : origin
    },
  }
}
