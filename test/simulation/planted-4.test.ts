// A planted bug that is not found is played by `npm run simulate -- --planted`.
import { findShare } from './finding.js'

findShare(3)
