import { runToExit } from '@holdfast/node/term/app'
import { holdfastRelay } from './program.ts'

await runToExit(holdfastRelay())
