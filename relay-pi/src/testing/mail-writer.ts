// Delivers envelopes, hands out keys and deletes until it is killed; each line is printed once that was acknowledged, without
// a buffer in between. `d N` the envelope of round N is durable, `x N` it was deleted, `k ID` a key was handed out.
import { writeSync } from 'node:fs'
import { testAccount, testDevice } from '@holdfast/core/log/testing'
import { envelopeIdOf } from '@holdfast/core/sync/wire/envelope-bytes'
import { openHomeStores } from '@holdfast/node/disk/home-lock'
import { KeyStore } from '../mail/key-store.ts'
import { Mailbox } from '../mail/mailbox.ts'
import { testEnvelope, testMailKey } from './mail.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
const { kv } = await openHomeStores(folder)
const [anna, laptop, pi] = [await testAccount('anna'), await testDevice('laptop'), await testDevice('pi')]
const [box, keys] = [await Mailbox.open(kv, anna.id), new KeyStore(kv, pi.id)]
let next = Number(first)
const say = (line: string): void => void writeSync(1, `${line}\n`)

async function deliver(): Promise<never> {
  for (;;) {
    const round = next++
    const bytes = testEnvelope(anna.id, `round ${round}`, 300 + ((round * 7919) % 9000))
    await box.deliver(envelopeIdOf(bytes), bytes, 1)
    say(`d ${round}`)
    if (round % 5 !== 0) continue
    await box.delete([envelopeIdOf(bytes)])
    say(`x ${round}`)
  }
}

async function handOut(): Promise<never> {
  for (;;) {
    const round = next++
    await keys.keep(
      anna.id,
      laptop.id,
      [await testMailKey(anna.id, laptop, pi.id, `key ${round}`, { number: round })],
      []
    )
    for (const { key } of await keys.handOut(anna.id, [laptop.id])) say(`k ${key.id}`)
  }
}

await Promise.all([...Array.from({ length: 4 }, deliver), handOut()])
