import { explain } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import { bytesText } from '@holdfast/core/base/amounts'
import { roomsOf, type Asks, type Room } from '@holdfast/core/engine/relays/rooms'
import { pendingAt, whatDoesNotFit, type TooMuch } from '@holdfast/core/operations/fits'
import { fine, found, type Check, type FindingCode } from './check.ts'
import type { Answer, Machine } from './machine.ts'

/** Whether each relay can be reached, and why probably not. */
export async function relayChecks(engine: Engine, machine: Machine): Promise<Check[]> {
  const relays = engine.relays()
  if (relays.length === 0) return [noRelay()]
  const network = engine.isOnline ? engine.network : undefined
  const connected = new Set(network?.connected())
  return Promise.all(
    relays.map(async ({ peer, name, addresses }) => {
      if (connected.has(peer)) return { ...fine('relay', 'The relay answers.'), about: name }
      const code = network?.lastError(peer)
      if (code === 'PEER_MISMATCH' || code === 'REFUSED' || code === 'RATE_LIMITED')
        return found('relay', 'error', code, explain(code).cause, { about: name })
      return { ...(await likelyCause(addresses, machine)), about: name }
    })
  )
}

export function noRelay(): Check {
  return found('relays', 'warning', 'NO_RELAY', 'There is no relay.')
}

/** Relays that have no room for what is to go there, or soon will have none. */
export async function roomChecks(engine: Engine, asks: Asks): Promise<Check[]> {
  const tooMuch = await whatDoesNotFit(engine, (relay) => pendingAt(engine, relay), asks)
  const rooms = await roomsOf(engine, 'never')
  return engine.relays().flatMap(({ peer, name }) => {
    const over = tooMuch.find(({ id }) => id === peer)
    if (over !== undefined) return [overfull(over)]
    return almostFull(name, rooms.get(peer))
  })
}

/** `quotaBytes` 0: no bound. */
export function almostFull(relay: string, room: Pick<Room, 'usedBytes' | 'quotaBytes'> | undefined): Check[] {
  if (room === undefined || room.quotaBytes === 0 || room.usedBytes < room.quotaBytes * ALMOST_FULL) return []
  const said = `${bytesText(room.usedBytes)} of ${bytesText(room.quotaBytes)} are used at this relay.`
  return [found('room', 'warning', 'QUOTA_LOW', said, { about: relay })]
}

function overfull({ relay, neededBytes, freeBytes, largest }: TooMuch): Check {
  const files = largest.map(({ path, bytes }) => `${path} (${bytesText(bytes)})`).join(', ')
  const said = `${bytesText(neededBytes)} are to go to this relay, which has room for ${bytesText(freeBytes)}. The largest: ${files}.`
  return found('room', 'error', 'QUOTA_EXCEEDED', said, { about: relay })
}

const ALMOST_FULL = 0.9

/** Why nobody answers at these addresses: what is told is the one that says most. */
export async function likelyCause(addresses: readonly string[], machine: Machine): Promise<Check> {
  return likely(await Promise.all(addresses.flatMap(targetOf).map((one) => tryOne(machine, one))))
}

interface Target {
  readonly host: string
  readonly port: number
}

interface Tried extends Target {
  readonly answer: Answer
}

async function tryOne(machine: Machine, { host, port }: Target): Promise<Tried> {
  return { host, port, answer: await machine.probe(host, port) }
}

/** Who refuses is there, who does not answer may be anywhere. */
function likely(tried: readonly Tried[]): Check {
  for (const [answer, code, say] of CAUSES) {
    const one = tried.find((each) => each.answer === answer)
    if (one !== undefined) return found('relay', 'error', code, say(one))
  }
  return found('relay', 'error', 'RELAY_UNREACHABLE', 'None of its addresses can be tried from this computer.')
}

const CAUSES: readonly (readonly [Answer, FindingCode, (at: Target) => string])[] = [
  ['answers', 'RELAY_SILENT', (at) => `Something takes connections at ${where(at)}, but does not answer as the relay.`],
  ['refused', 'RELAY_DOWN', (at) => `The machine at ${where(at)} is there, but no relay runs at that port.`],
  ['silent', 'RELAY_UNREACHABLE', (at) => `Nobody answers at ${where(at)}.`],
  ['unknown name', 'NAME_UNKNOWN', (at) => `The name ${at.host} leads nowhere from here.`]
]

function where({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host} port ${port}`
}

/** Host and port of a multiaddr over TCP; others cannot be tried by hand. */
function targetOf(address: string): Target[] {
  const parts = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([0-9A-Za-z.:-]+)\/tcp\/(\d{1,5})(?:\/|$)/.exec(address)
  return parts === null ? [] : [{ host: parts[1]!, port: Number(parts[2]) }]
}
