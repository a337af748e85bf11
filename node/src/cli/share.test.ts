import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newPlace } from './testing.ts'

test('the commands of sharing say what is wrong with its code, and what is empty as such', async (t) => {
  const place = await newPlace()
  t.after(() => place.remove())
  await place.json(['init'])
  const codeOf = async (code: number, ...args: string[]): Promise<unknown> =>
    (await place.json(args, code)).at(-1)?.['code']
  assert.equal(await codeOf(4, 'share', '/docs', '--with', 'nobody'), 'UNKNOWN_CONTACT')
  assert.equal(await codeOf(2, 'share', '/docs', '--with', 'carl', '--read-only', '--owner'), 'USAGE')
  assert.equal(await codeOf(2, 'members', '/docs', 'set', 'carl'), 'USAGE')
  assert.equal(await codeOf(4, 'members', '/docs'), 'NOT_FOUND')
  assert.equal(await codeOf(4, 'decline', '3f2a9c1d'), 'UNKNOWN_INVITE')
  assert.equal(await codeOf(4, 'accept', '3f2a9c1d'), 'UNKNOWN_INVITE')
  assert.deepEqual(await place.json(['invites']), [{ v: 1, type: 'done', invites: 0 }])
  const ran = await place.run(['invites'])
  assert.deepEqual([ran.code, ran.stdout.toString(), ran.stderr.trim()], [0, '', 'No invitations.'])
})
