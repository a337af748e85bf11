import { runToExit } from '../term/app.ts'
import { holdfast } from './program.ts'

await runToExit(holdfast())
