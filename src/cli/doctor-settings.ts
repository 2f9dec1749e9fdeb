// The settings as `doctor` sees them: everything that is wrong with them, and what is left to go on with. Page 3.3.
import type { Config, Variables } from '../config/config.js'
import { AppError } from '../errors.js'
import { judgeCutOff } from '../jobs/doctor/connection.js'
import { type Check, faultFinding, finding, type Finding } from '../jobs/doctor/finding.js'
import { endpointOf } from './gateway.js'

export interface Diagnosis {
  /** With the default in the place of each setting that is wrong. */
  readonly config: Config
  readonly faults: readonly AppError[]
  /** False where the settings do not tell for sure which Paygent is meant: nothing is asked then. */
  readonly certain: boolean
}

/** Faults after which the environment that the settings name may not be the one that is meant. */
const UNCERTAIN: readonly AppError['code'][] = ['env-file-missing', 'endpoint-not-allowed']
const PLACES: readonly unknown[] = ['PAYGENT_ENVIRONMENT', 'PAYGENT_ENDPOINT']

/**
 * Reads the settings again and again, each time without the one that is wrong.
 * @param known faults found before: of the .env file, of what must be set without a terminal
 */
export async function diagnose(variables: Variables, known: readonly AppError[]): Promise<Diagnosis> {
  const { readConfig } = await import('../config/config.js')
  const faults = [...known]
  let rest = variables
  for (;;) {
    try {
      const config = readConfig(rest)
      const uncertain = faults.some(({ code, params }) => UNCERTAIN.includes(code) || PLACES.includes(params['name']))
      return { config, faults, certain: !uncertain }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      faults.push(error)
      rest = without(error, rest)
    }
  }
}

/** The longest settle time suits every time-out. */
const LONGEST_SETTLE = '86400'

function without(fault: AppError, variables: Variables): Variables {
  const name = culprit(fault)
  const value = name === 'PAYGENT_SETTLE_SECONDS' ? LONGEST_SETTLE : undefined
  // Whatever cannot be mended so would be met for ever.
  if (name === null || variables[name] === value) throw fault
  return { ...variables, [name]: value }
}

function culprit({ code, params }: AppError): string | null {
  if (code === 'tls-check-disabled') return 'NODE_TLS_REJECT_UNAUTHORIZED'
  if (code === 'tls-keys-logged') return 'NODE_OPTIONS'
  if (code === 'endpoint-not-allowed') return 'PAYGENT_ENDPOINT'
  return typeof params['name'] === 'string' ? params['name'] : null
}

const CHECK_OF: Partial<Record<AppError['code'], Check>> = {
  'tls-check-disabled': 'tls-check',
  'tls-keys-logged': 'tls-check',
  'file-too-open': 'permissions',
}
const checkOf = ({ code }: AppError): Check => CHECK_OF[code] ?? 'configuration'

/** @param envFile the settings file, if there is one */
export function settingFindings({ config, faults, certain }: Diagnosis, envFile: string | null): Finding[] {
  const { environment, cutOff } = config
  const found = faults.map((fault) => faultFinding(checkOf(fault), fault))
  const none = (check: Check): boolean => !found.some((each) => each.check === check)
  if (none('configuration')) found.unshift(finding('configuration', 'settings-valid', { envFile }))
  if (none('tls-check')) found.push(finding('tls-check', 'tls-checked', {}))
  const place = certain
    ? finding('environment', 'environment', { environment, endpoint: endpointOf(config) })
    : finding('environment', 'not-checked', { because: 'configuration' })
  return [...found, place, judgeCutOff(cutOff, environment === 'simulator')]
}
