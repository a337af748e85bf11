import { test } from 'node:test'
import { killedWhileInStep } from './killed.ts'

test('killed in the middle of keeping folders in step, again and again: no file is lost or half written, nothing is left over', () =>
  killedWhileInStep(4))
