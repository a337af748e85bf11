import { concat } from '../base/bytes.ts'
import { encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { DeviceId } from '../base/ids.ts'
import { DERIVE, SIGN } from '../base/labels.ts'
import { deriveKey } from '../proof/blake3.ts'
import { verify } from '../proof/sign.ts'
import type { Random } from '../ports/random.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'
import { wordsToCompare } from '../secret/words.ts'
import { decodePairingFrame, encodePairingFrame } from './pairing-messages.ts'
import type { PairingFrame, Welcome } from './pairing-messages.ts'

/** Opaque frames to and from the other device, through whoever forwards them. Rejects PAIRING_EXPIRED, DISCONNECTED. */
export interface FramePipe {
  send(frame: Uint8Array): Promise<void>
  next(): Promise<Uint8Array>
}

export interface Candidate {
  readonly device: DeviceId
  readonly xPublic: Uint8Array
  readonly name: string
  /** Four words that both devices show. */
  readonly words: readonly string[]
}

export interface OfferOptions {
  readonly secret: Uint8Array
  readonly device: DeviceId
  readonly random: Random
  readonly pipe: FramePipe
  /** Asks the person. False declines. */
  approve(candidate: Candidate): Promise<boolean>
  /** Certifies the device, writes that into the logs, and says what it needs to begin. */
  admit(candidate: Candidate): Promise<Welcome>
}

export interface JoinOptions {
  readonly secret: Uint8Array
  readonly device: DeviceId
  readonly xPublic: Uint8Array
  readonly name: string
  readonly random: Random
  readonly pipe: FramePipe
  sign(label: typeof SIGN.pairing, bytes: Uint8Array): Promise<Uint8Array> | Uint8Array
  /** Called before the other side has answered, so that both show the words at the same time. */
  showWords(words: readonly string[]): void
  /** Makes what was received durable; only then is "done" said. */
  accept(welcome: Welcome): Promise<void>
}

/** 32 bytes under which the two sides meet; tells nothing of the secret. */
export function rendezvousOf(secret: Uint8Array): Uint8Array {
  return deriveKey(DERIVE.pairRendezvous, secret)
}

/** The device that is in already. Resolves when the other one has everything it needs. Throws PAIRING_DECLINED, BAD_SIGNATURE. */
export async function offerPairing(options: OfferOptions): Promise<Candidate> {
  const box = frameBox(options.secret, 'offers', options)
  const nonce = options.random.bytes(16)
  await box.send({ kind: 'hello', device: options.device, nonce })
  const join = await box.expect('join')
  const proof = joinProof(options.secret, join.device, join.xPublic, nonce, join.nonce)
  if (!(await verify(SIGN.pairing, idBytes(join.device), proof, join.signature)))
    throw new HoldfastError('BAD_SIGNATURE')
  const words = pairingWords(options.secret, options.device, join.device, join.xPublic, nonce, join.nonce)
  const candidate: Candidate = { device: join.device, xPublic: join.xPublic, name: join.name, words }
  if (!(await options.approve(candidate))) {
    await box.send({ kind: 'declined' })
    throw new HoldfastError('PAIRING_DECLINED')
  }
  await box.send(await options.admit(candidate))
  await box.expect('done')
  return candidate
}

/** The device that wants in. Throws PAIRING_DECLINED. */
export async function joinPairing(options: JoinOptions): Promise<Welcome> {
  const box = frameBox(options.secret, 'joins', options)
  const hello = await box.expect('hello')
  const nonce = options.random.bytes(16)
  const proof = joinProof(options.secret, options.device, options.xPublic, hello.nonce, nonce)
  const signature = await options.sign(SIGN.pairing, proof)
  await box.send({
    kind: 'join',
    device: options.device,
    xPublic: options.xPublic,
    name: options.name,
    nonce,
    signature
  })
  options.showWords(pairingWords(options.secret, hello.device, options.device, options.xPublic, hello.nonce, nonce))
  const welcome = await box.expect('welcome')
  await options.accept(welcome)
  await box.send({ kind: 'done' })
  return welcome
}

function joinProof(
  secret: Uint8Array,
  device: DeviceId,
  xPublic: Uint8Array,
  offered: Uint8Array,
  joined: Uint8Array
): Uint8Array {
  return encode([rendezvousOf(secret), idValue(device), xPublic, offered, joined])
}

function pairingWords(
  secret: Uint8Array,
  offering: DeviceId,
  joining: DeviceId,
  xPublic: Uint8Array,
  offered: Uint8Array,
  joined: Uint8Array
): readonly string[] {
  const material = concat(secret, idBytes(offering), idBytes(joining), xPublic, offered, joined)
  return wordsToCompare(deriveKey(DERIVE.pairWords, material), 4)
}

/** Seals and opens frames, each bound to its side and number, so that none can be repeated, dropped or reflected. */
function frameBox(secret: Uint8Array, side: 'offers' | 'joins', { random, pipe }: { random: Random; pipe: FramePipe }) {
  let sent = 0
  let received = 0
  const own = side === 'offers' ? 0 : 1
  const labels = [DERIVE.pairFramesFromOffer, DERIVE.pairFramesFromJoin] as const
  const keys = labels.map((label) => deriveKey(label, secret))

  async function send(frame: PairingFrame): Promise<void> {
    const sealed = await sealWithFreshSalt(
      labels[own],
      keys[own]!,
      encodePairingFrame(frame),
      encode([own, sent++]),
      random
    )
    await pipe.send(sealed)
  }

  async function expect<K extends PairingFrame['kind']>(kind: K): Promise<Extract<PairingFrame, { kind: K }>> {
    const other = 1 - own
    const opened = await openSealed(labels[other]!, keys[other]!, await pipe.next(), encode([other, received++]))
    const frame = decodePairingFrame(opened)
    if (frame.kind === 'declined' && kind !== 'declined') throw new HoldfastError('PAIRING_DECLINED')
    if (frame.kind !== kind) throw new HoldfastError('MALFORMED', 'another pairing frame was due')
    return frame as Extract<PairingFrame, { kind: K }>
  }

  return { send, expect }
}
