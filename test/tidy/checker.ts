// Implements the house rules as one pure function from texts to findings.
import { checkComments, checkConstructs } from './constructs.js'
import { checkCircles, checkHeavy, checkRooms } from './rooms.js'
import { checkName, checkSizes } from './sizes.js'
import { parse, type Finding, type Sources } from './source.js'

export function checkSources(sources: Sources): Finding[] {
  const parsed = Object.entries(sources)
    .filter(([path]) => path.endsWith('.ts'))
    .map(([path, text]) => parse(path, text))
  const each = parsed.flatMap((source) => [
    ...checkRooms(source),
    ...checkHeavy(source),
    ...checkConstructs(source),
    ...checkComments(source),
    ...checkSizes(source),
  ])
  return [...Object.keys(sources).flatMap(checkName), ...each, ...checkCircles(parsed)]
}
