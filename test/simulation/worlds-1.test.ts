// `npm run simulate -- --seed N` replays a world that fails.
import { playShare } from './worlds.js'

playShare(0)
