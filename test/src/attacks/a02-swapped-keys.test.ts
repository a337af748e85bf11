import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode } from '@holdfast/core/base/codec'
import type { Value } from '@holdfast/core/base/codec'
import { SIGN } from '@holdfast/core/base/labels'
import { LIMITS } from '@holdfast/core/base/limits'
import { toBase64Url } from '@holdfast/core/base/base64url'
import { sign } from '@holdfast/core/proof/sign'
import { cardText, wordsBetween } from '@holdfast/core/vault/contact-card'
import type { ContactCard } from '@holdfast/core/vault/contact-card'
import { contactOf } from '@holdfast/core/vault/contacts'
import { ownCard } from '@holdfast/core/engine/account/contacts'
import { runIn } from '../e2e/people.ts'
import type { Said } from '../e2e/people.ts'
import { Device } from './scene/device.ts'

const [anna, bert, mallory] = await Promise.all(['anna', 'Bert', 'bert'].map((name) => Device.found(name)))
const goodCard = await ownCard(bert!.engine)
const theirCard = await ownCard(mallory!.engine)
const add = (card: string, verified = true): Promise<Said[]> => runIn(anna!.engine, 'contact add', { card, verified })

/** Somebody's card with single parts of another one, signed by whoever made that one. */
async function tampered(change: (mine: Value[], theirs: readonly Value[]) => void): Promise<string> {
  const items = bodyOf(goodCard)
  change(items, bodyOf(theirCard))
  const body = encode(items)
  const bytes = encode([1, body, await sign(SIGN.contactCard, mallory!.secrets.seed, body)])
  return `holdfast:contact/${toBase64Url(bytes)}`
}

function bodyOf({ bytes }: ContactCard): Value[] {
  const [, body] = decode(bytes, LIMITS.cardBytes) as Value[]
  return [...(decode(body as Uint8Array, LIMITS.cardBytes) as Value[])]
}

test('A2 a card in which somebody in between has put a key, a chain, relays or a name of their own is refused', async () => {
  const changes: ((mine: Value[], theirs: readonly Value[]) => void)[] = [
    () => {},
    (mine, theirs) => (mine[1] = theirs[1]!),
    (mine, theirs) => (mine[2] = theirs[2]!),
    (mine, theirs) => (mine[4] = theirs[4]!),
    (mine) => (mine[3] = 'Bert!'),
    (mine, theirs) => (mine[5] = theirs[5]!),
    (mine, theirs) => (mine[6] = theirs[6]!)
  ]
  for (const change of changes) await assert.rejects(add(await tampered(change)), { code: 'BAD_CARD' })
  assert.deepEqual(await runIn(anna!.engine, 'contact ls'), [{ type: 'done', contacts: 0 }])
})

test('A2 a key that was swapped for a known name is a hard stop that shows both, also when it comes as verified', async () => {
  await add(cardText(goodCard))
  const swapped = add(cardText(theirCard))
  await assert.rejects(swapped, { code: 'KEY_CHANGED' })
  assert.equal(contactOf(anna!.vault.index, theirCard.account), undefined)
  const known = contactOf(anna!.vault.index, goodCard.account)
  assert.ok(known?.verified)
  assert.deepEqual(known.card.root, goodCard.root)
})

test('A2 whoever swaps both keys in between is noticed: the two see other words', () => {
  const annaSees = wordsBetween(anna!.home.state.root, theirCard.root)
  const bertSees = wordsBetween(theirCard.root, goodCard.root)
  assert.notDeepEqual(annaSees, bertSees)
  assert.notDeepEqual(annaSees, wordsBetween(anna!.home.state.root, goodCard.root))
})
