// Finds the word for a value. The keys are made of the domain's unions, so no value can be left without a word.
import type { LockCommand } from '../domain/lock-owner.js'
import type { Carrier, Method, RequestName } from '../domain/order.js'
import type { Outcome, Reason } from '../domain/outcome.js'
import type { StateLabel } from '../domain/statuses.js'
import { safe } from '../text/width.js'
import type { Colour, Lang } from './screen.js'
import { COMMANDS, FIELDS, SENTENCES, WORDS } from './words-texts.js'

export const word = (key: keyof (typeof WORDS)[Lang], lang: Lang): string => WORDS[lang][key]
export const sentences = (lang: Lang): (typeof SENTENCES)[Lang] => SENTENCES[lang]

/** The name of a command while it holds the lock. */
export const commandName = (command: LockCommand, lang: Lang): string => COMMANDS[lang][command]

/** The name of a field in which a source and the mirror differ; null for one that has none. */
export const differingField = (field: string, lang: Lang): string | null => FIELDS[lang][field] ?? null

export interface MethodOfPayment {
  readonly method: Method
  readonly carrier: Carrier | null
}

/** The words of a question's answers, and the sentence after an answer that is neither. */
export const answerWords = (lang: Lang) => ({
  yes: word('yes', lang),
  no: word('no', lang),
  again: word('answer-again', lang),
})

/** 支払方法 as the shop's list writes it: PAYGENTクレジット, PAYGENTキャリア(docomo). */
export function methodName({ method, carrier }: MethodOfPayment, lang: Lang): string {
  const name = word(`method.${method}`, lang)
  return carrier === null ? name : sentences(lang).methodOfCarrier(name, word(`carrier.${carrier}`, lang))
}

/** クレジット, docomo, au, softbank; キャリア while the carrier is not known. */
export const shortMethod = ({ method, carrier }: MethodOfPayment, lang: Lang): string =>
  carrier === null ? word(`method.short.${method}`, lang) : word(`carrier.${carrier}`, lang)

export const labelWord = (label: StateLabel, lang: Lang): string => word(`label.${label}`, lang)

export const requestName = (request: RequestName, lang: Lang): string => word(`request.${request}`, lang)

export const actionName = (request: RequestName | null, lang: Lang): string =>
  request === null ? word('none', lang) : word(`action.${request}`, lang)

/** The environment's word; an unknown name is shown as it is. */
export function environmentWord(environment: string, lang: Lang): string {
  const known = knownEnvironment(environment)
  return known === null ? safe(environment) : word(`environment.${known}`, lang)
}

export function knownEnvironment(environment: string): 'production' | 'sandbox' | 'simulator' | null {
  switch (environment) {
    case 'production':
    case 'sandbox':
    case 'simulator':
      return environment
    default:
      return null
  }
}

export interface Ended {
  readonly outcome: Outcome | 'planned'
  readonly request: RequestName | null
  readonly reason: Reason | null
}

/** 売上成功, 売上失敗, 結果不明 ... An order that already has the requested status is not called skipped. */
export function resultWord({ outcome, request, reason }: Ended, lang: Lang): string {
  if (outcome === 'accepted') return word(`accepted.${request ?? 'none'}`, lang)
  if (outcome === 'refused' && reason === 'already') return word('outcome.already', lang)
  return outcome === 'rejected' ? word(`rejected.${request ?? 'none'}`, lang) : word(`outcome.${outcome}`, lang)
}

export const OUTCOME_COLOURS = {
  accepted: 'green',
  rejected: 'red',
  refused: 'grey',
  'not-processed': 'yellow',
  unknown: 'yellow',
  attention: 'red',
  unsent: 'yellow',
} as const satisfies Record<Outcome, Colour>
