import { COMMON } from './common.ts'
import { ERROR_TEXTS } from './errors.ts'
import { START } from './start.ts'
import { PAIR } from './pair.ts'
import { RECOVER } from './recover.ts'
import { DEVICES } from './devices.ts'
import { YOU } from './you.ts'
import { FILES } from './files.ts'
import { VIEWER } from './viewer.ts'
import { ACTIVITY } from './activity.ts'
import type { Text } from './t.ts'

/** Every sentence of the app. Another language is one more such table with the same keys. */
export const EN = {
  ...COMMON,
  ...START,
  ...PAIR,
  ...RECOVER,
  ...DEVICES,
  ...YOU,
  ...FILES,
  ...VIEWER,
  ...ACTIVITY,
  ...ERROR_TEXTS
} as const satisfies Readonly<Record<string, Text>>
