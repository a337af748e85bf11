import { test } from 'node:test'
import { killedWhileInStep } from './killed.ts'

test('the same with many kills', () => killedWhileInStep(100))
