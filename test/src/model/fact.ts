import { utf8 } from '@holdfast/core/base/bytes'
import { idFromBytes } from '@holdfast/core/base/ids'
import type { EpochId, VaultId } from '@holdfast/core/base/ids'
import { SIGN } from '@holdfast/core/base/labels'
import { entryOf } from '@holdfast/core/log/entry'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import { PARENT_SECRET_BYTES, sortWraps, WRAP_BYTES } from '@holdfast/core/log/epoch-body'
import type { Recipient, Wrap } from '@holdfast/core/log/epoch-body'
import { encodeHeader } from '@holdfast/core/log/header'
import type { ContentHash, Header } from '@holdfast/core/log/header'
import { encodePinList } from '@holdfast/core/log/pin-list'
import type { PinList } from '@holdfast/core/log/pin-list'
import { testIncarnation, testRecord } from '@holdfast/core/log/testing'
import { encodeBody, withPinList } from '@holdfast/core/log/write'
import type { ClearBody } from '@holdfast/core/log/write'
import { blake3, blake3Id } from '@holdfast/core/proof/blake3'
import { sign } from '@holdfast/core/proof/sign'
import type { Cast } from './cast.ts'
import type { Act, Told } from './told.ts'

/** A told entry with the real one that says the same. */
export interface Fact extends Told {
  readonly past: ReadonlySet<Fact>
  readonly entry: UnverifiedEntry
  /** Says what it is, its past included, by names alone; `mirror` with the two actors that are alike exchanged. */
  readonly key: string
  readonly mirror: string
}

/** The one object of the model: pinned by some changes, shredded by others. */
export const RECORD = testRecord('model', ['one', 'two'])

/** A place to write at: the log, its next number and what the entry names. */
export interface Place {
  readonly log: string
  readonly seq: number
  readonly prev: Fact | null
  readonly seen: readonly Fact[]
  readonly height: number
}

/** Where this device writes if `past` is all that it knows: in a new life once it knows its first log to be forked. */
export function placeOf(device: string, past: ReadonlySet<Fact>): Place {
  const own = [...past].filter((fact) => fact.log === `${device}/1`)
  const forked = new Set(own.map(({ seq }) => seq)).size !== own.length || isFrozenIn(past, `${device}/1`)
  const log = `${device}/${forked ? 2 : 1}`
  const mine = [...past].filter((fact) => fact.log === log)
  const prev = mine.reduce<Fact | null>((top, fact) => (top === null || fact.seq > top.seq ? fact : top), null)
  const seen = [...past].filter((fact) => fact !== prev && ![...past].some((other) => other.past.has(fact)))
  const height = 1 + [...past].reduce((most, fact) => Math.max(most, fact.height), 0)
  return { log, seq: (prev?.seq ?? 0) + 1, prev, seen, height }
}

/** The entry in which `device` does this on top of exactly this past; signed, or with 64 zero bytes in place of that. */
export async function makeEntry(
  cast: Cast,
  vault: VaultId,
  device: string,
  act: Act,
  place: Place,
  signed: boolean
): Promise<UnverifiedEntry> {
  const pinList = pinListOf(act)
  const payload = act.kind === 'change' ? utf8('change') : encodeBody(await bodyOf(cast, act, place))
  const header: Header = {
    vault,
    device: cast.device(device).id,
    incarnation: testIncarnation(Number(place.log.split('/')[1])),
    seq: place.seq,
    prev: place.prev?.entry.hash ?? null,
    seen: place.seen.map(({ entry }) => entry.hash).sort(),
    kind: act.kind === 'say' ? 'statement' : act.kind,
    epoch: act.kind === 'change' ? (act.epoch as EpochId) : null,
    pinListHash: null,
    payloadHash: blake3Id<ContentHash>(payload),
    payloadBytes: payload.length,
    documents: [],
    timeMs: 1,
    genesis: null
  }
  const bytes = encodeHeader(withPinList(header, pinList))
  const signature = signed ? await sign(SIGN.entry, cast.device(device).seed, bytes) : new Uint8Array(64)
  return entryOf({ header: bytes, signature, payload, pinList: pinList === null ? null : encodePinList(pinList) })
}

/** Each epoch by its maker's name for it. */
export function epochNamed(name: string): EpochId {
  return idFromBytes<EpochId>(blake3(utf8(`model epoch ${name}`)))
}

function isFrozenIn(past: ReadonlySet<Fact>, log: string): boolean {
  return [...past].some(({ act }) => act.kind === 'freeze' && act.log === log)
}

function pinListOf(act: Act): PinList | null {
  if (act.kind !== 'change' || (!act.brings && !act.shreds)) return null
  return { records: act.brings ? [RECORD.hash] : [], unpins: [], shreds: act.shreds ? [RECORD.object] : [] }
}

async function bodyOf(cast: Cast, act: Exclude<Act, { kind: 'change' }>, place: Place): Promise<ClearBody> {
  switch (act.kind) {
    case 'say':
      return { kind: 'statement', statements: await Promise.all(act.says.map((say) => cast.statement(say))) }
    case 'epoch': {
      const parents = act.parents.map((epoch) => ({
        epoch: epoch as EpochId,
        sealed: new Uint8Array(PARENT_SECRET_BYTES)
      }))
      return { kind: 'epoch', epoch: act.epoch as EpochId, parents, wraps: wrapsFor(cast, act.to) }
    }
    case 'wrap':
      return { kind: 'wrap', epoch: act.epoch as EpochId, wraps: wrapsFor(cast, act.to) }
    case 'freeze':
      return { kind: 'freeze', proof: proofOf(act.log, place) }
  }
}

function wrapsFor(cast: Cast, to: readonly string[]): Wrap[] {
  const recipients = to.map((one): Recipient => {
    const [kind = '', name = ''] = one.split(' ')
    return kind === 'device' ? { kind, id: cast.device(name).id } : { kind: 'recovery', id: cast.account(name).id }
  })
  return sortWraps(recipients).map((to) => ({ ...to, sealed: new Uint8Array(WRAP_BYTES) }))
}

function proofOf(log: string, { prev, seen }: Place): Extract<ClearBody, { kind: 'freeze' }>['proof'] {
  const tops = [...(prev === null ? [] : [prev]), ...seen]
  const known = [...new Set(tops.flatMap((fact) => [fact, ...fact.past]))].filter((fact) => fact.log === log)
  for (const one of known) {
    const twin = known.find((other) => other !== one && other.seq === one.seq)
    if (twin === undefined) continue
    const [a, b] = [one, twin].map(({ entry }) => ({ bytes: entry.bytes.header, signature: entry.bytes.signature }))
    return [a!, b!]
  }
  throw new Error(`nothing proves that ${log} forked`)
}
