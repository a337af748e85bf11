import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import type { Vault } from '@holdfast/core/vault/vault'
import { leave } from '@holdfast/core/engine/sharing/leaving'
import { removeMember, shareAt, sharedAt } from '@holdfast/core/engine/sharing/sharing'
import { exchange } from '../attacks/scene/link.ts'
import { picture } from '../mounts/scene.ts'
import { friends, namesIn, shareAndAccept } from './friends.ts'
import type { Friend } from './friends.ts'

test('whoever is alone with one shared file keeps it where it stands, and what is shown beside it', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/plan.md', 'the plan')
  const { mine, theirs } = await shareAndAccept(anna, 'docs/plan.md', carl)
  await write(mine, 'plan.md', 'annas version')
  await write(theirs, 'plan.md', 'carls version')
  for (let round = 0; round < 2; round++) {
    await exchange(anna.device, anna.relay)
    await exchange(carl.device, anna.relay)
  }
  await removeMember(mine, carl.device.home.state.account)
  const before = await picture(anna.device)
  assert.deepEqual(Object.values(before).sort(), ['annas version', 'carls version', 'folder'])
  const { engine } = anna.device
  assert.equal((await leave(engine, mine, shareAt(engine, ['docs', 'plan.md'])!.mount)).kept, true)
  assert.deepEqual(await picture(anna.device), before)
  assert.deepEqual(engine.mounts(), [])
})

test('nothing is given up before all of it has arrived', async () => {
  const [anna] = (await friends('anna')) as [Friend]
  const { engine } = anna.device
  for (const [path, file] of [
    ['docs', 'docs/a.txt'],
    ['plan.md', 'plan.md']
  ] as const) {
    await anna.device.write(file, 'on its way')
    const { vault, mount } = await sharedAt(engine, [path])
    const real = vault.recordOf.bind(vault)
    vault.recordOf = () => {
      throw new HoldfastError('NOT_HERE')
    }
    await assert.rejects(leave(engine, vault, mount), { code: 'NOT_HERE' })
    vault.recordOf = real
    assert.ok(engine.mounts().some(({ node }) => node === mount.node))
    assert.deepEqual(Object.keys(await picture(anna.device)), path === 'docs' ? ['/docs', '/docs/a.txt'] : ['/plan.md'])
    await assert.rejects(leave(engine, vault, { ...mount, file: 'ab'.repeat(16) as never }), { code: 'NOT_HERE' })
    await leave(engine, vault, mount)
    assert.equal(await anna.device.text(file), 'on its way')
    await engine.personal.remove([path])
  }
})

test('giving up a share that was broken off before the mount was gone is ended by doing it again', async () => {
  const [anna] = (await friends('anna')) as [Friend]
  const { engine } = anna.device
  await anna.device.write('docs/a.txt', 'alpha')
  await anna.device.write('docs/deep/b.txt', 'beta')
  const { vault, mount } = await sharedAt(engine, ['docs'])
  const { personal } = engine
  const real = personal.edit.bind(personal)
  personal.edit = (make) => {
    const intents = make()
    if (intents.some(({ key, value }) => key === `n/${mount.node}/mount` && value === null))
      throw new HoldfastError('STORE_FULL')
    return real(() => intents)
  }
  await assert.rejects(leave(engine, vault, mount), { code: 'STORE_FULL' })
  personal.edit = real
  const again = shareAt(engine, ['docs'])!
  assert.equal(again.vault, vault)
  await write(vault, 'a.txt', 'changed meanwhile')
  await leave(engine, vault, again.mount)
  assert.deepEqual(namesIn(personal), ['docs', 'docs/a (2).txt', 'docs/a.txt', 'docs/deep', 'docs/deep/b.txt'])
})

async function write(vault: Vault, path: string, content: string): Promise<void> {
  const bytes = utf8(content)
  const item = { kind: 'file', path: path.split('/'), executable: false, mtimeMs: 1 } as const
  const { failed } = await vault.addTree(only({ ...item, content: sourceOfBytes(bytes) }), [])
  assert.deepEqual(failed, [])
}

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item
}
