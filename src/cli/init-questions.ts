// Asks for the settings of `paygent init`, one question after the other. Nothing is written here.
import { readConfig } from '../config/config.js'
import { ENVIRONMENTS, SCHEMA } from '../config/schema.js'
import { CUT_OFF } from '../domain/carriers.js'
import { AppError } from '../errors.js'
import { readClientFile } from '../gateway/certificate-file.js'
import { checkClientKey } from '../gateway/credentials.js'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { initTexts } from '../ui/init.js'
import type { Lang } from '../ui/screen.js'
import { safe } from '../text/width.js'
import { typedPath } from './context.js'
import { readInput } from './files.js'
import { askLine } from './question.js'
import { dataFileOf, type NewSettings, written } from './settings-file.js'
import type { Terminal } from './terminal.js'

type Asker = Pick<Terminal, 'interrupted' | 'prompting'>

interface Wanted {
  readonly message: string
  /** The value of Enter alone. */
  readonly fallback: string
  /** Shown in place of the fallback. */
  readonly hint?: string
  /** The value of what was typed; null where it is no answer. */
  read(typed: string): string | null
  /** The sentence for what is no answer. */
  readonly again: string
  readonly hidden?: boolean
  /** Enter alone is no answer. */
  readonly needed?: boolean
  /** The value in words, as it stays on the screen. */
  words?(value: string): string
}

/** The answer that Enter alone takes. Nothing else stands in these brackets. */
const taken = (answer: string): string => (answer === '' ? '' : `[${answer}]`)

/** Asks in one language, and keeps the answers that a settings file cannot hold out of it. */
class Questions {
  readonly texts: ReturnType<typeof initTexts>

  constructor(
    lang: Lang,
    private readonly terminal: Asker,
  ) {
    this.texts = initTexts(lang)
  }

  async ask(wanted: Wanted): Promise<string> {
    const { message, fallback, read, again, hidden = false, needed = false, words = String } = wanted
    const { hint = taken(fallback) } = wanted
    const { texts } = this
    const valueOf = (typed: string): string | null => {
      if (typed.trim() !== '') return read(typed)
      return needed ? null : fallback
    }
    const refusal = (typed: string): string | null => {
      const value = valueOf(typed)
      if (value === null) return again
      return written(value) === null ? texts.again.unwritable : null
    }
    const shown = (typed: string): string => {
      if (hidden) return typed === '' ? '' : texts.given
      return safe(words(valueOf(typed) ?? ''))
    }
    const typed = await askLine({ message, hint: hidden ? texts.hidden : hint, refusal, shown, hidden }, this.terminal)
    return valueOf(typed) ?? fallback
  }

  /** A number of the list, or the word itself. @param fallback the value of Enter alone */
  async choice<Value extends string>(message: string, values: readonly Value[], fallback: Value): Promise<Value> {
    const read = (typed: string): Value | null => {
      const plain = plainText(typed).toLowerCase()
      return values.find((value, at) => plain === value || plain === String(at + 1)) ?? null
    }
    const number = String(values.indexOf(fallback) + 1)
    const { again, choices } = this.texts
    const words = (value: string): string => choices[value] ?? value
    const answer = await this.ask({ message, fallback, hint: taken(number), read, again: again.choice, words })
    return values.find((value) => value === answer) ?? fallback
  }

  /** A setting whose own check decides. Without a value for Enter it may be filled in later. */
  setting(name: keyof (typeof SCHEMA)['shape'], message: string, again: string, fallback = ''): Promise<string> {
    const read = (typed: string): string | null => {
      const value = plainText(typed)
      return SCHEMA.shape[name].safeParse(value).success ? value : null
    }
    return this.ask({ message, fallback, hint: taken(fallback) || this.texts.later, read, again })
  }

  /** A password is taken as it is, blanks and full-width letters too. */
  secret(message: string, fits: (typed: string) => boolean, again: string): Promise<string> {
    return this.ask({ message, fallback: '', hidden: true, read: (typed) => (fits(typed) ? typed : null), again })
  }

  file(message: string): Promise<string> {
    const read = (typed: string): string | null => {
      const path = pathOf(typed)
      return isFile(path) ? path : null
    }
    return this.ask({ message, fallback: '', hint: this.texts.later, read, again: this.texts.again.file })
  }
}

const plainText = (typed: string): string => typed.normalize('NFKC').trim()

/** A path that is dragged into the terminal comes in quotes. */
const pathOf = (typed: string): string => typedPath(typed.trim().replace(/^(['"])(.*)\1$/, '$2'))

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export interface InitAnswers {
  readonly lang: Lang
  readonly settings: NewSettings
  /** Full path; the data file and the log lie in it. */
  readonly folder: string
}

export interface InitPlace {
  readonly lang: Lang
  /** The folder that Enter alone takes. */
  readonly folder: string
  /** The data file that the command line names; null where a folder is asked for. */
  readonly dbPath: string | null
}

/** @throws AppError answered-no, interrupted */
export async function askSettings(place: InitPlace, terminal: Asker): Promise<InitAnswers> {
  const first = new Questions(place.lang, terminal)
  const lang = await first.choice(first.texts.questions.lang, ['ja', 'en'], place.lang)
  const questions = new Questions(lang, terminal)
  const { texts } = questions
  const environment = await questions.choice(texts.questions.environment, ENVIRONMENTS, 'simulator')
  const login = await askLogin(environment, questions)
  const folder = place.dbPath === null ? await askFolder(place.folder, questions) : place.folder
  const shop = await askShop(questions)
  const cutOff = await askCutOff(environment, questions)
  const settings = {
    PAYGENT_ENVIRONMENT: environment,
    PAYGENT_LANG: lang,
    PAYGENT_DB: place.dbPath ?? join(folder, dataFileOf(environment)),
    PAYGENT_LOG: join(folder, 'paygent.log'),
    ...login,
    PAYGENT_SHOP_DATABASE: shop,
    PAYGENT_CUTOFF: cutOff,
  }
  return { lang, settings, folder }
}

/** Outside the simulator the earliest cut-off of a carrier is proposed: it suits all of them. */
function askCutOff(environment: (typeof ENVIRONMENTS)[number], questions: Questions): Promise<string> {
  const { questions: asked, again } = questions.texts
  const fallback = environment === 'simulator' ? CUT_OFF.manual : CUT_OFF.current
  return questions.setting('PAYGENT_CUTOFF', asked.cutOff, again.cutOff, fallback)
}

const askFolder = (fallback: string, questions: Questions): Promise<string> =>
  questions.ask({
    message: questions.texts.questions.folder,
    fallback,
    read: pathOf,
    again: questions.texts.again.folder,
  })

/** Whether a simulator on this machine may have the address. */
function isEndpoint(value: string): boolean {
  try {
    readConfig({ PAYGENT_ENVIRONMENT: 'simulator', PAYGENT_ENDPOINT: value })
    return true
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

/** The embedded simulator has a login of its own. */
async function askLogin(environment: (typeof ENVIRONMENTS)[number], questions: Questions): Promise<NewSettings> {
  const { questions: asked, again } = questions.texts
  const readEndpoint = (typed: string): string | null => (isEndpoint(plainText(typed)) ? plainText(typed) : null)
  const endpoint =
    environment === 'simulator'
      ? await questions.ask({ message: asked.endpoint, fallback: '', read: readEndpoint, again: again.endpoint })
      : ''
  if (environment === 'simulator' && endpoint === '') return {}
  const isPassword = (typed: string): boolean => SCHEMA.shape.PAYGENT_CONNECT_PASSWORD.safeParse(typed).success
  return {
    PAYGENT_ENDPOINT: endpoint,
    PAYGENT_MERCHANT_ID: await questions.setting('PAYGENT_MERCHANT_ID', asked.merchantId, again.merchantId),
    PAYGENT_CONNECT_ID: await questions.setting('PAYGENT_CONNECT_ID', asked.connectId, again.text),
    PAYGENT_CONNECT_PASSWORD: await questions.secret(asked.connectPassword, isPassword, again.text),
    ...(await askClient(questions)),
    PAYGENT_CA_CERT: await questions.file(asked.caCert),
  }
}

/** The pass phrase is asked for again until it opens the key of the file, as far as the file can be read. */
async function askClient(questions: Questions): Promise<NewSettings> {
  const { questions: asked, again } = questions.texts
  const path = await questions.file(asked.clientCert)
  const message = opens(path, null) ? asked.passphrase : asked.passphraseNeeded
  const passphrase = await questions.secret(message, (typed) => opens(path, typed), again.passphrase)
  return { PAYGENT_CLIENT_CERT: path, PAYGENT_CLIENT_CERT_PASSPHRASE: passphrase }
}

/** False where the pass phrase is wrong or lacking. Any other fault of the file is for `doctor`, which says what mends it. */
function opens(path: string, passphrase: string | null): boolean {
  if (path === '') return true
  try {
    checkClientKey({ clientCert: readClientFile(readInput(path)), passphrase })
    return true
  } catch (error) {
    if (error instanceof AppError) return error.code !== 'passphrase-wrong'
    throw error
  }
}

const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/

/** The address of the shop's database; '' where the orders come from a CSV. */
async function askShop(questions: Questions): Promise<string> {
  const { questions: asked, again } = questions.texts
  if ((await questions.choice(asked.source, ['csv', 'database'], 'csv')) === 'csv') return ''
  const server = await questions.choice(asked.server, ['mysql', 'postgres'], 'mysql')
  const needed = (message: string): Promise<string> =>
    questions.ask({ message, fallback: '', read: plainText, again: again.needed, needed: true })
  const readHost = (typed: string): string | null => (HOST.test(plainText(typed)) ? plainText(typed) : null)
  const host = await questions.ask({ message: asked.host, fallback: 'localhost', read: readHost, again: again.host })
  const parts = [await needed(asked.database), await needed(asked.user)]
  const password = await questions.secret(asked.password, () => true, again.needed)
  const [database = '', user = '', secret = ''] = [...parts, password].map(encodeURIComponent)
  return `${server}://${user}:${secret}@${host}/${database}`
}
