import { stopAll } from './cast.ts'
import type { Cast } from './cast.ts'
import { assertHolds } from './check.ts'

export async function endSteps(cast: Cast): Promise<void> {
  await cast.checks.step('every process ends when it is told to', async () => {
    const startMs = performance.now()
    const ended = (await stopAll(cast)).filter((one) => one !== undefined)
    for (const { code, signal, stderr } of ended)
      assertHolds(code === 0, `one ended with ${String(signal ?? code)}\n${stderr}`)
    return `all ${ended.length}, exit 0, in ${((performance.now() - startMs) / 1000).toFixed(1)} s`
  })
}
