// Writes the figures for monitoring in the text format of Prometheus. They hold no name and no order number.
import type { Operation } from '../domain/order.js'
import type { SummaryJson } from './summary.js'

/** The work that is watched. `sale` and `cancel` are batches and single requests alike. */
export const WATCHED = ['nightly', 'sale', 'cancel', 'status'] as const
export type Watched = (typeof WATCHED)[number]

/** The newest end of each command. Times are whole seconds since 1970. */
export interface LastEnds {
  readonly exitCode: ReadonlyMap<Watched, number>
  readonly endedAt: ReadonlyMap<Watched, number>
  readonly succeededAt: ReadonlyMap<Watched, number>
}

/** The newest run of an operation, as the journal has it now. */
export interface LastRun {
  readonly operation: Operation
  readonly endedAt: number
  readonly summary: SummaryJson
}

/** The figures that the mirror gives. */
export interface MirrorFigures {
  readonly open: number
  readonly attention: number
  readonly expiring: { readonly count: number; readonly yen: number }
  /** When orders were last read; null where they never were. */
  readonly importedAt: number | null
  readonly runs: readonly LastRun[]
}

export interface MetricsView {
  /** Tells one shop's file from another's in the same folder. */
  readonly shop: string
  readonly version: string
  /** Null where the settings do not say it. */
  readonly environment: string | null
  /** Today's cut-off; null where the settings do not say it. */
  readonly cutOffAt: number | null
  readonly ends: LastEnds
  /** Null where the mirror could not be read. */
  readonly mirror: MirrorFigures | null
}

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number]

interface Family {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

/** A backslash, a quote and a line break would end a label's value or its line. */
const escaped = (value: string): string =>
  value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)

const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')

/** The whole file, with a line break at its end. Every figure is a gauge; one without a value is left out. */
export function metricsText(view: MetricsView): string {
  return families(view)
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...samples.map(([labels, value]) => `${name}{${labelsText({ ...labels, shop: view.shop })}} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join('')
}

const families = ({ version, environment, cutOffAt, ends, mirror }: MetricsView): readonly Family[] => [
  {
    name: 'paygent_info',
    help: 'Version of the program that wrote this, and the environment of its settings.',
    samples: [[{ version, environment: environment ?? '' }, 1]],
  },
  {
    name: ENDS.exitCode,
    help: 'Exit code of the newest end of the command: 0 done, 4 a person is needed.',
    samples: byCommand(ends.exitCode),
  },
  { name: ENDS.endedAt, help: 'Newest end of the command.', samples: byCommand(ends.endedAt) },
  {
    name: ENDS.succeededAt,
    help: 'Newest night that ended with 0, and newest run whose requests were all accepted.',
    samples: byCommand(ends.succeededAt),
  },
  {
    name: 'paygent_cutoff_timestamp_seconds',
    help: 'Cut-off of the day on which this was written.',
    samples: one(cutOffAt),
  },
  {
    name: 'paygent_local_data_readable',
    help: '1 if the local data could be read; with 0 the figures from it are missing.',
    samples: one(mirror === null ? 0 : 1),
  },
  ...(mirror === null ? [] : mirrorFamilies(mirror)),
]

const mirrorFamilies = ({ open, attention, expiring, importedAt, runs }: MirrorFigures): readonly Family[] => [
  {
    name: 'paygent_local_data_timestamp_seconds',
    help: 'When orders were last read into the local data.',
    samples: one(importedAt),
  },
  { name: 'paygent_open_attempts', help: 'Requests of unknown outcome.', samples: one(open) },
  { name: 'paygent_attention_orders', help: 'Orders that need a person.', samples: one(attention) },
  {
    name: 'paygent_expiring_orders',
    help: 'Orders whose authorisation runs out within 7 days.',
    samples: one(expiring.count),
  },
  { name: 'paygent_expiring_yen', help: 'Yen of these orders.', samples: one(expiring.yen) },
  {
    name: 'paygent_last_run_end_timestamp_seconds',
    help: 'End of the newest run.',
    samples: runs.map(({ operation: command, endedAt }) => [{ command }, endedAt]),
  },
  {
    name: 'paygent_last_run_orders',
    help: 'Orders of the newest run by their outcome as of now.',
    samples: runs.flatMap(({ operation: command, summary }) =>
      OUTCOMES.map(([outcome, key]): Sample => [{ command, outcome }, summary[key]]),
    ),
  },
  {
    name: 'paygent_last_run_yen',
    help: 'Yen that the newest run moved. One that is not known is missing.',
    samples: runs.flatMap(({ operation: command, summary }) =>
      yenOf(summary).flatMap(([movement, yen]): Sample[] => (yen === null ? [] : [[{ command, movement }, yen]])),
    ),
  },
]

const one = (value: number | null): readonly Sample[] => (value === null ? [] : [[{}, value]])

const byCommand = (values: ReadonlyMap<Watched, number>): readonly Sample[] =>
  WATCHED.flatMap((command): Sample[] => {
    const value = values.get(command)
    return value === undefined ? [] : [[{ command }, value]]
  })

const OUTCOMES = [
  ['accepted', 'accepted'],
  ['rejected', 'rejected'],
  ['refused', 'refused'],
  ['not-processed', 'notProcessed'],
  ['unknown', 'unknown'],
  ['attention', 'attention'],
  ['unsent', 'unsent'],
] as const satisfies readonly (readonly [string, keyof SummaryJson])[]

const yenOf = ({ netYen, refundedYen, releasedYen }: SummaryJson): readonly (readonly [string, number | null])[] => [
  ['captured', netYen === null || refundedYen === null ? null : netYen + refundedYen],
  ['released', releasedYen],
  ['refunded', refundedYen],
]

const ENDS = {
  exitCode: 'paygent_last_exit_code',
  endedAt: 'paygent_last_end_timestamp_seconds',
  succeededAt: 'paygent_last_success_timestamp_seconds',
} as const satisfies Record<keyof LastEnds, string>

/** The ends that an earlier file has. Other lines, and lines of another form, are passed over. */
export function endsIn(text: string): LastEnds {
  const valuesOf = (name: string): ReadonlyMap<Watched, number> => {
    const line = new RegExp(`^${name}\\{command="(${WATCHED.join('|')})",.*\\} (\\d+)$`, 'gm')
    return new Map([...text.matchAll(line)].map(([, command, value]) => [command as Watched, Number(value)]))
  }
  return {
    exitCode: valuesOf(ENDS.exitCode),
    endedAt: valuesOf(ENDS.endedAt),
    succeededAt: valuesOf(ENDS.succeededAt),
  }
}
