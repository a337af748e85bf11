import { HoldfastError } from '../../base/errors.ts'
import { LIMITS } from '../../base/limits.ts'
import { writeStatements } from '../../vault/author.ts'
import { certifyDevice } from '../../vault/account.ts'
import { genesisBytes } from '../../vault/first-entry.ts'
import { floorOf } from '../../vault/floors.ts'
import { checkWelcome } from '../../vault/join.ts'
import { joinPairing, offerPairing, rendezvousOf } from '../../vault/pairing.ts'
import type { Candidate } from '../../vault/pairing.ts'
import { encodePairingLink } from '../../vault/pairing-messages.ts'
import type { Welcome } from '../../vault/pairing-messages.ts'
import { secretToWords } from '../../secret/words.ts'
import { newDeviceSecrets } from '../../vault/secrets.ts'
import { joinHome } from '../../home/init.ts'
import type { NewHome } from '../../home/init.ts'
import type { Home } from '../../home/home.ts'
import type { Platform } from '../../home/platform.ts'
import type { HomePlace } from '../../ports/home-place.ts'
import type { Wait } from '../../ports/wait.ts'
import { meet, meetOn } from '../../net/meet.ts'
import type { MeetingPipe } from '../../net/meet.ts'
import { invitable } from '../../net/own-addresses.ts'
import { addressesForOthers } from '../../net/typed-address.ts'
import { dialFirst } from '../connector.ts'
import { later, nothingToCancel } from '../later.ts'
import { assertAccountCaughtUp } from './devices.ts'
import type { Engine } from '../engine.ts'
import { pairAtOneOf } from './pairing-places.ts'
import type { PairingPlace } from './pairing-places.ts'
import type { MeetingPlaces } from './typed-link.ts'

export interface Offer {
  readonly link: string
  /** The same secret as 12 words, to be typed. */
  readonly words: readonly string[]
  /** Where to go with the words. */
  readonly addresses: readonly string[]
  /** The device that was let in, once it has everything it needs or is not heard of any more. */
  readonly finished: Promise<Admitted>
}

export interface Admitted extends Candidate {
  /** False: it is a device of the account from now on, but has not said that it could finish. */
  readonly arrived: boolean
}

export interface OfferOptions {
  approve(candidate: Candidate): Promise<boolean>
  readonly signal?: AbortSignal
}

/** Waits for one more device at every relay of this account and at this device itself. Throws NO_PEER when it is nowhere reachable. */
export function offerDevice(engine: Engine, options: OfferOptions): Offer {
  const secret = engine.home.random.bytes(16)
  const { network } = engine
  const own = invitable(network.host.addresses())
  const relays = engine.relays()
  const meetAt = [
    ...relays.map(({ peer, addresses }) => ({ peer, addresses })),
    ...(own.length === 0 ? [] : [{ peer: network.host.peerKey, addresses: own }])
  ]
  if (meetAt.length === 0) throw new HoldfastError('NO_PEER', 'There is no relay yet and this device listens nowhere.')
  const link = encodePairingLink({ secret, meetAt })
  const addresses = addressesForOthers(meetAt.flatMap((place) => place.addresses))
  return { link, words: secretToWords(secret).split(' '), addresses, finished: waitForDevice(engine, secret, options) }
}

export interface JoinOptions {
  /** What the device that lets it in is told that this one is called. */
  readonly name: string
  showWords(words: readonly string[]): void
  /** Asked for when it was let in: before that nothing is stored here. Another name than the one above is told to the vaults later. */
  newHome(): Promise<NewHome>
  readonly signal?: AbortSignal
}

/** Becomes a further device of the account that made the link: a new home. Throws BAD_LINK, PAIRING_DECLINED, PAIRING_EXPIRED, NO_PEER, HOME_EXISTS. */
export async function joinByLink(
  place: HomePlace,
  platform: Platform,
  link: MeetingPlaces,
  options: JoinOptions
): Promise<{ home: Home; welcome: Welcome }> {
  const { random, wait } = platform
  const secrets = await newDeviceSecrets(random)
  const host = await platform.createHost({ key: secrets.seed, listen: [] })
  try {
    const rendezvous = rendezvousOf(link.secret)
    const places = link.meetAt.map(
      (meeting): PairingPlace =>
        async (signal) =>
          meet(await dialFirst(host, [meeting], signal), rendezvous, 'joins', signal)
    )
    let joined: { readonly home: Home; readonly welcome: Welcome } | undefined
    const join = async (pipe: MeetingPipe, claim: () => Promise<void>): Promise<Welcome> => {
      const welcome = await joinPairing({
        secret: link.secret,
        device: secrets.device,
        xPublic: secrets.xPublic,
        name: options.name,
        random,
        pipe,
        async sign(label, bytes) {
          // Asked for once the other side's first frame has been opened.
          await claim()
          return secrets.sign(label, bytes)
        },
        showWords: options.showWords,
        async accept(received) {
          await checkWelcome(received, secrets.device, secrets.xPublic)
          const home = await joinHome(place, platform, await options.newHome(), secrets, received)
          joined = { home, welcome: received }
        }
      })
      await untilLeft(pipe, wait)
      return welcome
    }
    await pairAtOneOf(places, join, {
      wait,
      isFinal: () => joined !== undefined,
      ...(options.signal !== undefined && { signal: options.signal })
    }).catch((error: unknown) => {
      // Certified and stored, this is a device of the account: whether the other one has heard so decides nothing.
      if (joined === undefined) throw error
    })
    return joined!
  } finally {
    await host.stop()
  }
}

async function waitForDevice(engine: Engine, secret: Uint8Array, options: OfferOptions): Promise<Admitted> {
  const { device } = engine.home.secrets
  const { random, wait } = engine.home
  let isAdmitting = false
  const offer = async (pipe: MeetingPipe, claim: () => Promise<void>): Promise<Admitted> => {
    let admitted: Candidate | undefined
    let giveUp = nothingToCancel
    const arrives = offerPairing({
      secret,
      device,
      random,
      pipe,
      async approve(candidate) {
        // Asked once the other side has shown that it knows the secret.
        await claim()
        return options.approve(candidate)
      },
      async admit(candidate) {
        isAdmitting = true
        const welcome = await admit(engine, candidate)
        admitted = candidate
        // A person there gives it a name and a passphrase first.
        giveUp = later(wait, LIMITS.pairMinutes * 60_000, () => pipe.abort())
        return welcome
      }
    })
    try {
      return { ...(await arrives), arrived: true }
    } catch (error) {
      // Certified, it is a device of the account: whether this one has heard so decides nothing.
      if (admitted === undefined || options.signal?.aborted === true) throw error
      return { ...admitted, arrived: false }
    } finally {
      giveUp()
    }
  }
  engine.expectStranger(+1)
  try {
    const places = placesOf(engine, rendezvousOf(secret))
    return await pairAtOneOf(places, offer, {
      wait,
      isFinal: () => isAdmitting,
      ...(options.signal !== undefined && { signal: options.signal })
    })
  } finally {
    engine.expectStranger(-1)
  }
}

/** Wherever the other device may come to. */
function placesOf(engine: Engine, rendezvous: Uint8Array): PairingPlace[] {
  const { host, rendezvous: here } = engine.network
  const own: PairingPlace[] =
    host.addresses().length === 0 ? [] : [(signal) => meetOn(here.attendHere(), rendezvous, 'offers', signal)]
  const atRelays = engine.relays().map(
    (relay): PairingPlace =>
      async (signal) =>
        meet(await dialFirst(host, [relay], signal), rendezvous, 'offers', signal)
  )
  return [...own, ...atRelays]
}

/** Nothing of a pairing is written while either vault holds writes back. Throws WRITES_HELD, UNKNOWN_EPOCH. */
async function assertCaughtUp(engine: Engine): Promise<void> {
  engine.standing.assertMember()
  assertAccountCaughtUp(engine)
  await engine.personal.ensureEpoch()
}

/** Certifies the device in the account's vault and in the personal one, hands it the keys, and makes sure that relays know before it comes. */
async function admit(engine: Engine, candidate: Candidate): Promise<Welcome> {
  const { home, accountVault, vault } = engine
  const { state, secrets } = home
  await assertCaughtUp(engine)
  const signed = await certifyDevice(state.account, secrets, candidate)
  await writeStatements(accountVault, engine.author, [{ kind: 'import', signed }])
  await vault.state([{ kind: 'import', signed }])
  await vault.nameDevice(candidate.device, candidate.name)
  await engine.settleWithRelays()
  return {
    kind: 'welcome',
    account: state.account,
    rootPublic: state.root,
    recoveryPublic: state.recovery,
    accountName: '',
    certificate: signed.bytes,
    certificateSignature: signed.signature,
    accountGenesis: await genesisBytes(accountVault),
    personalGenesis: await genesisBytes(vault.replica),
    relays: engine.relays(),
    floors: [floorOf(accountVault.log), floorOf(vault.replica.log)],
    ownAddresses: invitable(engine.network.host.addresses())
  }
}

/** The other side leaves once it has the last frame: ending before that could lose the frame on its way. */
async function untilLeft(pipe: MeetingPipe, wait: Wait): Promise<void> {
  const enough = new AbortController()
  const waited = wait(LAST_FRAME_MS, enough.signal).catch(() => undefined)
  await Promise.race([pipe.next().catch(() => undefined), waited])
  enough.abort()
}

const LAST_FRAME_MS = 5_000
