import assert from 'node:assert/strict'
import { test } from 'node:test'
import { people } from './people.ts'
import type { Person, Said } from './people.ts'

test('two people at relays of their own share what they have, never online together', async (t) => {
  const [anna, carl] = (await people(t, 'anna', 'carl')) as [Person, Person]
  await anna.with(async () => {
    await anna.put({
      '/docs/a.txt': 'alpha',
      '/docs/deep/b.bin': new Uint8Array(300_000).fill(7),
      '/plan.md': 'the plan'
    })
    await anna.sync()

    const shared = await anna.said('shared', 'share', { path: '/docs', with: 'carl', role: 'writer' })
    assert.deepEqual([shared['files'], shared['delivered']], [2, true])
    await anna.said('shared', 'share', { path: '/plan.md', with: 'carl', role: 'reader' })
    assert.equal(await anna.fails('share', { path: '/docs', with: 'carl', role: 'writer' }), 'ALREADY_MEMBER')
    assert.equal(await anna.fails('share', { path: '/docs', with: 'anna', role: 'writer' }), 'OWN_CARD')
    assert.equal(await anna.fails('share', { path: '/docs', with: 'nobody', role: 'writer' }), 'UNKNOWN_CONTACT')
    assert.equal(await anna.fails('share', { path: '/docs/deep', with: 'carl', role: 'writer' }), 'INSIDE_SHARE')
    assert.equal(await anna.fails('unshare', { path: '/docs' }), 'LAST_OWNER')
  })

  const docs = await carl.with(async () => {
    const invites = (await carl.run('invites')).filter(({ type }) => type === 'invite')
    const [folder, plan] = ['docs', 'plan.md'].map((name) => invites.find((one) => one['name'] === name)!) as [
      Said,
      Said
    ]
    assert.deepEqual([folder['from'], folder['trust'], folder['role']], ['anna', 'verified', 'writer'])
    assert.deepEqual([plan['kind'], plan['role']], ['file', 'reader'])
    const accepted = await carl.said('accepted', 'accept', { id: folder['id'] })
    assert.deepEqual([accepted['path'], accepted['joined']], ['/shared/docs', true])
    await carl.said('accepted', 'accept', { id: plan['id'], to: '/annas plan.md' })
    return folder
  })
  await carl.with(async () => {
    const again = await carl.said('accepted', 'accept', { id: docs['id'] })
    assert.deepEqual([again['already'], again['path'], again['joined']], [true, '/shared/docs', true])
    assert.equal(await carl.text('/shared/docs/a.txt'), 'alpha')
    assert.equal(await carl.text('/annas plan.md'), 'the plan')
    assert.equal(await carl.fails('share', { path: '/shared/docs', with: 'anna', role: 'writer' }), 'NOT_A_MEMBER')
  })

  await carl.with(async () => {
    await carl.put({ '/shared/docs/c.txt': 'from carl' })
    await carl.sync()
  })

  await anna.with(async () => {
    await anna.sync()
    assert.equal(await anna.text('/docs/c.txt'), 'from carl')
    const listed = await anna.run('ls', { path: '/docs', long: true })
    const author = (path: string): unknown => (listed.find((one) => one['path'] === path)!['author'] as Said)['name']
    assert.deepEqual([author('/docs/c.txt'), author('/docs/a.txt')], ['carl', 'anna'])

    const gone = await anna.said('unshared', 'unshare', { path: '/docs', with: 'carl' })
    assert.equal(gone['told'], true)
    await anna.put({ '/docs/secret.txt': 'for anna' })
    await anna.sync()
  })

  await carl.with(async () => {
    const synced = await carl.said('done', 'sync')
    assert.equal(synced['inStep'], true, 'being taken out of one vault holds up no other')
    assert.deepEqual(synced['refused'], ['/shared/docs'])
    assert.equal(await carl.text('/shared/docs/a.txt'), 'alpha', 'what they had, they keep')
    assert.deepEqual(
      (await carl.names()).filter((name) => name.includes('secret')),
      []
    )
  })

  await anna.with(async () => {
    await anna.put({ '/more/x.txt': 'x' })
    await anna.said('shared', 'share', { path: '/more', with: 'carl', role: 'owner' })
  })
  const more = await carl.said('invite', 'invites')
  await anna.said('unshared', 'unshare', { path: '/more', with: 'carl' })
  await carl.with(async () => {
    assert.equal(await carl.fails('accept', { id: more['id'] }), 'NOT_GIVEN')
    assert.equal((await carl.names()).includes('/shared/more'), false)
  })
  const left = await anna.said('left', 'unshare', { path: '/docs' })
  assert.equal(left['kept'], true)
  assert.equal(await anna.text('/docs/c.txt'), 'from carl')
})
