// Checks which rooms may import which others.
import { finding, type Finding, type Import, type Source } from './source.js'

interface Door {
  readonly any: readonly string[]
  /** With `import type` only. */
  readonly types: readonly string[]
}
const door = (any: string, types = ''): Door => ({ any: words(any), types: words(types) })
const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

/** A room that every room may import, and that imports none. */
const OPEN_TO_ALL = 'text'

/** Every room may import itself; `*` is every room. */
const DOORS: Readonly<Record<string, Door>> = {
  text: door(''),
  domain: door(''),
  errors: door(''),
  ports: door('domain'),
  clock: door('ports'),
  deadline: door(''),
  folders: door(''),
  'process-mark': door('domain'),
  config: door('domain errors'),
  gateway: door('domain ports errors clock deadline'),
  mirror: door('domain ports errors clock folders process-mark'),
  shop: door('domain ports errors clock deadline'),
  attempts: door('domain ports errors clock'),
  batch: door('domain ports errors clock attempts'),
  jobs: door('domain ports errors clock attempts batch'),
  notify: door('deadline'),
  simulator: door('domain ports errors clock deadline folders process-mark'),
  ui: door('domain errors', 'ports attempts batch jobs'),
  cli: door('*'),
  demo: door('*'),
}

/** Rooms that import no package, so that they do no I/O. How wide a character is, two tables know that do none either. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  text: ['get-east-asian-width', 'string-width'],
  domain: [],
}

/** `domain` for `src/domain/order.ts`, `ports` for `src/ports.ts`; null for what is not under src. */
export function roomOf(path: string): string | null {
  const match = /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)
  return match?.[1] ?? null
}

export function checkRooms(source: Source): Finding[] {
  const room = roomOf(source.path) ?? ''
  const open = DOORS[room]
  if (!open) return [finding('room', source, source.file, `no such room: ${room}`)]
  return source.imports.flatMap((each) => {
    const wrong = forbidden(room, open, each)
    return wrong ? [finding('import', source, each.node, wrong)] : []
  })
}

function forbidden(room: string, open: Door, { specifier, target, typeOnly }: Import): string | null {
  const packages = PURE[room]
  if (target === null)
    return packages?.includes(specifier) === false ? `${room} imports ${specifier} from outside` : null
  if (open.any.includes('*')) return null
  const other = roomOf(target)
  if (other === null) return `${room} imports ${specifier} from outside src`
  if (other === room || other === OPEN_TO_ALL || open.any.includes(other)) return null
  if (!open.types.includes(other)) return `${room} imports ${other}`
  return typeOnly ? null : `${room} imports ${other} other than by import type`
}

/** Loaded only when needed, for they cost start-up time. zod is what config is made of. */
const HEAVY = /^(got|inquirer|zod|selfsigned|@inquirer\/[^/]+)(\/|$)/

export function checkHeavy(source: Source): Finding[] {
  const room = roomOf(source.path)
  return source.imports
    .filter(({ specifier, typeOnly, dynamic }) => HEAVY.test(specifier) && !typeOnly && !dynamic)
    .filter(({ specifier }) => !(room === 'config' && /^zod(\/|$)/.test(specifier)))
    .map(({ node, specifier }) => finding('heavy', source, node, `${specifier}: use await import() or import type`))
}

/** Circles of files, type imports included; each is named once. */
export function checkCircles(sources: readonly Source[]): Finding[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const next = (path: string): string[] =>
    (byPath.get(path)?.imports ?? []).flatMap(({ target }) => (target !== null && byPath.has(target) ? [target] : []))
  return components([...byPath.keys()].toSorted(), next).map((members) => {
    const [first = ''] = members
    return { rule: 'circle', path: first, line: 1, what: members.join(' ↔ ') }
  })
}

/** Strongly connected groups of more than one file, or of one that imports itself (Tarjan). */
function components(paths: readonly string[], next: (path: string) => string[]): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (path: string): number => {
    const own = index.size
    index.set(path, own)
    low.set(path, own)
    stack.push(path)
    for (const other of next(path)) {
      if (!index.has(other)) low.set(path, Math.min(low.get(path) ?? own, visit(other)))
      else if (stack.includes(other)) low.set(path, Math.min(low.get(path) ?? own, index.get(other) ?? own))
    }
    if (low.get(path) === own) {
      const members = stack.splice(stack.indexOf(path)).toSorted()
      if (members.length > 1 || next(path).includes(path)) found.push(members)
    }
    return low.get(path) ?? own
  }
  for (const path of paths) if (!index.has(path)) visit(path)
  return found
}

/** docs/architecture.md shows the list. */
export { DOORS }
