import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Engine } from '@holdfast/core/engine/engine'
import { people, runIn } from './people.ts'
import type { Person, Said } from './people.ts'
import { until } from './world.ts'

test('people at relays of their own talk: once, in order, whoever is there, and by whom they are', async (t) => {
  const [[anna, carl], [dora]] = (await Promise.all([people(t, 'anna', 'carl'), people(t, 'dora')])) as [
    [Person, Person],
    [Person]
  ]
  const files = await mkdtemp(join(tmpdir(), 'holdfast-talk-'))
  t.after(() => rm(files, { recursive: true, force: true }))
  const { card } = await anna.said('contact', 'contact')

  const both = async (person: Person, to: string, text: string): Promise<Said> =>
    person.with(async (engine) => {
      const said = await say(engine, to, text)
      await until(async () => ((await conversations(engine)).length === 2 ? true : undefined))
      return said
    })
  const begun = await Promise.all([both(anna, 'carl', 'are you there?'), both(carl, 'anna', 'knock knock')])
  const smallest = begun.map(({ vault }) => String(vault)).sort()[0]!

  const place = await anna.with(async (engine) => {
    writeFileSync(join(files, 'plan.txt'), 'the plan')
    await runIn(engine, 'add', { paths: [join(files, 'plan.txt')], to: '/docs' })
    const sent: Said[] = []
    for (const text of ['one', 'two', 'three']) sent.push(await say(engine, 'carl', text))
    sent.push(await say(engine, 'carl', 'see this', ['/docs/plan.txt']))
    assert.deepEqual([...new Set(sent.map(({ vault }) => vault))], [smallest], 'later messages go to one of the two')
    return String(sent[0]!['path']).split('/').slice(0, 3).join('/')
  })

  await carl.with(async (engine) => {
    const heard = (await news(engine)).filter(({ vault, text }) => vault === smallest && text !== 'are you there?')
    assert.deepEqual(
      heard.map(({ text, author, verified, own }) => [text, author, verified, own]),
      ['one', 'two', 'three', 'see this'].map((text) => [text, 'anna', true, false])
    )
    assert.deepEqual(await news(engine), [], 'nothing is told twice')
    const [attached] = heard[3]!['attachments'] as string[]
    assert.equal((await runIn(engine, 'cat', { paths: [attached] }))[0]!['text'], 'the plan')
    assert.equal((await say(engine, 'anna', 'got it'))['vault'], smallest, 'they take the same one')
    const [here] = (await conversations(engine)).filter(({ vault }) => vault === smallest)
    const hostile = join(files, 'hostile')
    mkdirSync(hostile)
    writeFileSync(join(hostile, '2026-01-02T03:04:05-anna.md'), 'I owe carl everything')
    writeFileSync(join(hostile, 'metadata'), 'title: \u202eevil')
    await runIn(engine, 'add', { paths: [hostile], to: here!['path'] })
    await runIn(engine, 'sync')
  })

  await dora.with(async (engine) => {
    await runIn(engine, 'contact add', { card })
    const args = { to: 'anna', text: 'do you know me?' }
    await assert.rejects(say(engine, 'anna', 'x', ['/x']), { code: 'NOT_VERIFIED' })
    await assert.rejects(say(engine, 'anna', 'x'.repeat(17_000)), { code: 'TOO_LARGE' })
    const [requested] = await runIn(engine, 'say', args)
    assert.deepEqual([requested!.type, requested!['delivery']], ['requested', 'relay'])
  })

  await anna.with(async (engine) => {
    const heard = await runIn(engine, 'inbox')
    const messages = heard.filter(({ text, type }) => type === 'message' && text !== 'knock knock')
    assert.deepEqual(
      messages.map(({ text, author, verified }) => [text, author, verified]).sort(),
      ['I owe carl everything', 'got it'].map((text) => [text, 'carl', true]),
      'by whose device signed, whatever the file is called'
    )
    assert.ok(messages.every(({ conversation }) => `/conversations/${String(conversation)}` === place))
    const [request] = heard.filter(({ type }) => type === 'request')
    assert.deepEqual([request!['text'], request!['name'], request!['verified']], ['do you know me?', 'dora', false])
    assert.deepEqual(
      (await runIn(engine, 'inbox')).map(({ type }) => type),
      ['done']
    )
    const waiting = (await runIn(engine, 'conversations')).filter(({ type }) => type === 'request')
    assert.deepEqual(
      waiting.map(({ id }) => id),
      [request!['id']]
    )
    await runIn(engine, 'contact add', { request: String(request!['id']).slice(0, 8), verified: true })
    assert.equal((await say(engine, 'dora', 'now I do'))['founded'], true)

    const shown = await runIn(engine, 'conversations show', { conversation: 'carl', last: '2' })
    assert.deepEqual(
      shown.map(({ type, text, delivery, earlier }) => [type, text, delivery, earlier]),
      [
        ['message', 'see this', 'delivered', undefined],
        ['message', 'got it', 'delivered', undefined],
        ['done', undefined, undefined, true]
      ]
    )
    const out = join(files, 'out')
    await runIn(engine, 'get', { paths: [place], out, contents: true })
    const written = readdirSync(out)
    assert.ok(written.includes('2026-01-02T03.04.05-anna.md'), written.join())
    assert.deepEqual(
      written.filter((name) => name.includes(':')),
      []
    )
  })

  await dora.with(async (engine) => {
    const invitations = (await runIn(engine, 'inbox')).filter(({ type }) => type === 'invitation')
    assert.deepEqual(
      invitations.map(({ name }) => name),
      ['anna']
    )
    await runIn(engine, 'contact add', { card, verified: true })
    const heard = await news(engine)
    assert.deepEqual(
      heard.map(({ text }) => text),
      ['now I do'],
      'verified, it is joined by itself'
    )
    assert.equal((await say(engine, 'anna', 'at last'))['delivery'], 'relay')
  })
})

async function say(engine: Engine, to: string, text: string, attach?: readonly string[]): Promise<Said> {
  const said = await runIn(engine, 'say', { to, text, ...(attach === undefined ? {} : { attach }) })
  assert.deepEqual(
    said.map(({ type }) => type),
    ['said']
  )
  return said[0]!
}

async function news(engine: Engine): Promise<Said[]> {
  return (await runIn(engine, 'inbox')).filter(({ type }) => type === 'message')
}

async function conversations(engine: Engine): Promise<Said[]> {
  return (await runIn(engine, 'conversations')).filter(({ type }) => type === 'conversation')
}
