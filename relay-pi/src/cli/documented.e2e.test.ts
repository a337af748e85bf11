import assert from 'node:assert/strict'
import { test } from 'node:test'
import { command, RelayProcess } from '../testing/relay-process.ts'
import { temporaryHome } from '../testing/scene.ts'

test('every command says to programs what docs/json.md tells, with a relay that serves and without', async (t) => {
  const home = await temporaryHome(t)
  const relay = await RelayProcess.start(home)
  const types = async (): Promise<unknown[]> => {
    const said: unknown[] = []
    for (const name of ['invite', 'status', 'collect', 'verify'])
      for (const { type } of (await command(home, name)).lines) if (type !== 'progress') said.push(type)
    return said
  }
  assert.deepEqual(await types(), ['invite', 'status', 'collected', 'verified'])
  await relay.end('SIGTERM')
  assert.deepEqual(await types(), ['invite', 'status', 'collected', 'verified'])
  assert.deepEqual(
    (await command(await temporaryHome(t), 'status')).lines.map(({ type }) => type),
    ['error']
  )
})
