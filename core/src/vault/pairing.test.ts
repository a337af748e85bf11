import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equalBytes } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import { sign } from '../proof/sign.ts'
import { certifyDevice } from './account.ts'
import { floorOf } from './floors.ts'
import { checkWelcome } from './join.ts'
import { joinPairing, offerPairing, rendezvousOf } from './pairing.ts'
import type { Candidate, FramePipe } from './pairing.ts'
import type { Welcome } from './pairing-messages.ts'
import { newDeviceSecrets } from './secrets.ts'
import type { DeviceSecrets } from './secrets.ts'
import { seededRandom, VaultHome } from './testing.ts'

const SECRET = seededRandom('link').bytes(16)

test('two devices with one link show the same four words, and the new one gets what it needs', async () => {
  const { offered, joined, accepted, words } = await pair()
  assert.equal(words.length, 4)
  assert.deepEqual(offered.words, words)
  assert.equal(offered.name, 'phone')
  assert.deepEqual(joined, accepted)
})

test('the rendezvous says nothing of the secret and differs for every link', () => {
  const other = seededRandom('another link').bytes(16)
  assert.ok(!equalBytes(rendezvousOf(SECRET), rendezvousOf(other)))
  assert.equal(rendezvousOf(SECRET).length, 32)
})

test('whoever has another secret opens no frame and gets nothing', async () => {
  await failsWith(pair({ joinSecret: seededRandom('guess').bytes(16) }), 'DECRYPT_FAILED')
})

test('a person who says no is told so on the other side', async () => {
  await failsWith(pair({ approve: false }), 'PAIRING_DECLINED')
})

test('a frame that is dropped, repeated, reordered, reflected or changed on the way ends the pairing on either side', async () => {
  const tampers: Record<string, Tamper> = {
    changed: (frame) => [frame.map((byte, at) => (at === frame.length - 1 ? byte ^ 1 : byte))],
    cut: (frame) => [frame.subarray(0, frame.length - 1)],
    repeated: (frame) => [frame, frame],
    reflected: (frame, back) => (back(frame), []),
    empty: () => [new Uint8Array(0)]
  }
  for (const [name, tamper] of Object.entries(tampers)) {
    for (const side of ['offers', 'joins'] as const) {
      for (const number of [0, 1]) {
        const outcome = await pair({
          tamper: (frame, from, at, back) => (from === side && at === number ? tamper(frame, back) : [frame])
        }).then(
          () => 'paired',
          (error: unknown) => (isHoldfastError(error) ? error.code : String(error))
        )
        // A repeat of the last frame of a side comes after everything is done.
        if (name === 'repeated' && number === 1)
          assert.ok(['paired', 'DECRYPT_FAILED'].includes(outcome), `${name} ${side} ${number}: ${outcome}`)
        else
          assert.ok(
            ['DECRYPT_FAILED', 'MALFORMED', 'DISCONNECTED', 'TOO_LARGE'].includes(outcome),
            `${name} ${side} ${number}: ${outcome}`
          )
      }
    }
  }
})

test('a device that cannot prove the key it claims is not certified', async () => {
  const thief = await newDeviceSecrets(seededRandom('thief'))
  await failsWith(pair({ signer: thief }), 'BAD_SIGNATURE')
})

test('a welcome for another device, another account or with vaults of somebody else is refused', async () => {
  const founder = await VaultHome.found()
  const stranger = await VaultHome.found('stranger')
  const phone = await newDeviceSecrets(seededRandom('phone'))
  const good = await welcomeFor(founder, { device: phone.device, xPublic: phone.xPublic, name: 'phone', words: [] })
  const foreign = await welcomeFor(stranger, { device: phone.device, xPublic: phone.xPublic, name: 'phone', words: [] })
  const check = (welcome: Welcome) => checkWelcome(welcome, phone.device, phone.xPublic)
  await check(good)
  const bad: Partial<Welcome>[] = [
    { rootPublic: foreign.rootPublic },
    { account: foreign.account },
    { certificate: foreign.certificate, certificateSignature: foreign.certificateSignature },
    { accountGenesis: foreign.accountGenesis },
    { personalGenesis: foreign.personalGenesis },
    { personalGenesis: good.accountGenesis },
    { accountGenesis: good.personalGenesis }
  ]
  for (const change of bad)
    await assert.rejects(check({ ...good, ...change }), (error) => isHoldfastError(error), Object.keys(change).join())
  await assert.rejects(check({ ...good, certificateSignature: new Uint8Array(64) }), { code: 'BAD_SIGNATURE' })
  await assert.rejects(checkWelcome(good, founder.secrets.device, phone.xPublic), { code: 'MALFORMED' })
  await assert.rejects(checkWelcome(good, phone.device, founder.secrets.xPublic), { code: 'MALFORMED' })
})

type Tamper = (frame: Uint8Array, back: (frame: Uint8Array) => void) => Uint8Array[]

interface PairOptions {
  readonly joinSecret?: Uint8Array
  readonly approve?: boolean
  readonly signer?: DeviceSecrets
  readonly tamper?: (
    frame: Uint8Array,
    from: 'offers' | 'joins',
    number: number,
    back: (frame: Uint8Array) => void
  ) => Uint8Array[]
}

async function pair(
  options: PairOptions = {}
): Promise<{ offered: Candidate; joined: Welcome; accepted: Welcome; words: readonly string[] }> {
  const founder = await VaultHome.found()
  const phone = await newDeviceSecrets(seededRandom('phone'))
  const [offering, joining] = pipes(options.tamper ?? ((frame) => [frame]))
  let words: readonly string[] = []
  let accepted: Welcome | undefined
  const signer = options.signer ?? phone
  const sides = [
    offerPairing({
      secret: SECRET,
      device: founder.secrets.device,
      random: founder.random,
      pipe: offering,
      approve: async () => options.approve ?? true,
      admit: (candidate) => welcomeFor(founder, candidate)
    }).finally(() => offering.end()),
    joinPairing({
      secret: options.joinSecret ?? SECRET,
      device: phone.device,
      xPublic: phone.xPublic,
      name: 'phone',
      random: seededRandom('phone nonces'),
      pipe: joining,
      sign: (label, bytes) => sign(label, signer.seed, bytes),
      showWords: (shown) => (words = shown),
      accept: async (welcome) => void (accepted = welcome)
    }).finally(() => joining.end())
  ] as const
  const [offered, joined] = await Promise.allSettled(sides)
  const failures = [offered, joined].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const telling = failures.find((error) => !isHoldfastError(error, 'DISCONNECTED')) ?? failures[0]
  if (telling instanceof Error) throw telling
  assert.ok(offered.status === 'fulfilled' && joined.status === 'fulfilled')
  return { offered: offered.value, joined: joined.value, accepted: accepted!, words }
}

async function welcomeFor(founder: VaultHome, { device, xPublic }: Candidate): Promise<Welcome> {
  const { account } = founder
  const signed = await certifyDevice(account.account, founder.secrets, { device, xPublic })
  return {
    kind: 'welcome',
    account: account.account,
    rootPublic: account.root,
    recoveryPublic: account.recovery,
    accountName: '',
    certificate: signed.bytes,
    certificateSignature: signed.signature,
    accountGenesis: { header: account.accountGenesis.header, signature: account.accountGenesis.signature },
    personalGenesis: { header: account.personalGenesis.header, signature: account.personalGenesis.signature },
    relays: [],
    floors: [floorOf(founder.log)],
    ownAddresses: []
  }
}

async function failsWith(pairing: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(pairing, { code })
}

class Pipe implements FramePipe {
  other!: Pipe
  private readonly queue: Uint8Array[] = []
  private wake: () => void = () => undefined
  private ended = false
  private sent = 0
  private readonly tamper: (frame: Uint8Array, number: number, back: (frame: Uint8Array) => void) => Uint8Array[]

  constructor(tamper: Pipe['tamper']) {
    this.tamper = tamper
  }

  async send(frame: Uint8Array): Promise<void> {
    for (const one of this.tamper(frame, this.sent++, (reflected) => this.take(reflected))) this.other.take(one)
  }

  async next(): Promise<Uint8Array> {
    while (this.queue.length === 0) {
      if (this.other.ended) throw new HoldfastError('DISCONNECTED')
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    return this.queue.shift()!
  }

  end(): void {
    this.ended = true
    this.other.wake()
  }

  private take(frame: Uint8Array): void {
    this.queue.push(frame)
    this.wake()
  }
}

function pipes(tamper: NonNullable<PairOptions['tamper']>): [Pipe, Pipe] {
  const offering = new Pipe((frame, number, back) => tamper(frame, 'offers', number, back))
  const joining = new Pipe((frame, number, back) => tamper(frame, 'joins', number, back))
  offering.other = joining
  joining.other = offering
  return [offering, joining]
}
