// Warns, on every screen, that the mirror was put back, moved or copied and may lack later requests.
import type { MirrorFreshness } from '../domain/lock-owner.js'
import { bothLanguages, type Lang } from './screen.js'

const JA: string =
  '手元データは、このコンピューターで最後に使ったものより古いか、コピーされたものか、最後の処理が使用記録に残っていないものです。その後に送信した要求が記録にないおそれがあります。対処：paygent reconcile --audit --yes で全件照合してください。'

const EN: typeof JA =
  'The local data is older than when this machine last used it, a copy, or not in the usage record to its end: requests sent since may not be in it. Run "paygent reconcile --audit --yes" to compare everything with Paygent.'

const TEXTS = bothLanguages(JA, EN)

/** The mirror was put back, moved or copied, or the usage record lacks its last entries. */
export const isStranger = (freshness: MirrorFreshness | null): boolean =>
  freshness === 'behind' || freshness === 'unknown' || freshness === 'unrecorded'

export const strangerText = (lang: Lang): string => TEXTS[lang]
