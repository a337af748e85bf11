import type { BlobId, DeviceId, EntryHash } from '@holdfast/core/base/ids'
import type { BlobReply, BlobRequestOptions } from '@holdfast/core/ports/peer-link'
import { decodeMessage } from '@holdfast/core/sync/wire/messages'
import type { Message } from '@holdfast/core/sync/wire/messages'
import type { ReplicaEvent } from '@holdfast/core/sync/replica/replica-events'
import type { SimDevice } from './device.ts'
import type { WireWatch } from './link.ts'
import type { Machine } from './machine.ts'
import type { Signed } from './truth.ts'
import type { World } from './world.ts'

/** What a person did at a device. */
export interface Deed {
  readonly device: SimDevice
  readonly kind: 'read' | 'write' | 'pair'
  readonly what: string
  /** Nothing could come from elsewhere, and nothing had to. */
  readonly needsNobody: boolean
}

export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'hangs' }
  | { readonly kind: 'failed'; readonly error: unknown }

/** What watches over one promise, while the world runs and when it has come to rest. It calls `world.broken`. */
export interface Checker {
  readonly promise: number
  readonly says: string
  /** An entry became durable at the machine that signed it. */
  signed?(machine: Machine, hash: EntryHash, signed: Signed): void
  happened?(machine: Machine, event: ReplicaEvent): void
  /** A machine starts with an entry in its log that nobody in this world has signed, or without one it had. */
  stranger?(machine: Machine, hash: EntryHash): void
  lost?(machine: Machine, hash: EntryHash): void
  /** Leaves the machine. `honest` is false of a relay that lies just now. */
  said?(from: Machine, to: Machine, message: Message, bytes: number): void
  asked?(from: Machine, to: Machine, header: Uint8Array, options: BlobRequestOptions): void
  answered?(by: Machine, to: Machine, header: Uint8Array, reply: BlobReply): void
  closed?(from: Machine, to: Machine, header: Uint8Array): void
  /** Before the bytes leave the medium. */
  blobGone?(machine: Machine, id: BlobId, bytes: Uint8Array): void
  /** Something a person asked for came to its end, or has not for two minutes. */
  ended?(deed: Deed, outcome: Outcome): void
  /** Everything has been exchanged and collected. */
  atRest?(): Promise<void>
}

/** Hands what happens to whoever watches. */
export function watchWorld(world: World, checkers: readonly Checker[]): WireWatch {
  const { truth } = world
  truth.onEntry = (machine, hash, signed, isLocal) => {
    if (isLocal) for (const checker of checkers) checker.signed?.(machine, hash, signed)
  }
  truth.onStranger = (machine, hash) => checkers.forEach((checker) => checker.stranger?.(machine, hash))
  truth.onLost = (machine, hash) => checkers.forEach((checker) => checker.lost?.(machine, hash))
  truth.onEvent = (machine, event) => checkers.forEach((checker) => checker.happened?.(machine, event))
  const two = (a: DeviceId, b: DeviceId, work: (a: Machine, b: Machine) => void): void => {
    const [one, other] = [world.machineOf(a), world.machineOf(b)]
    if (one !== undefined && other !== undefined) work(one, other)
  }
  return {
    said: (a, b, bytes) =>
      two(a, b, (from, to) => {
        if (world.isLying(from)) return
        const message = decodeMessage(bytes)
        for (const checker of checkers) checker.said?.(from, to, message, bytes.length)
      }),
    asked: (a, b, header, options) =>
      two(a, b, (from, to) => checkers.forEach((one) => one.asked?.(from, to, header, options))),
    answered: (a, b, header, reply) =>
      two(a, b, (by, to) => !world.isLying(by) && checkers.forEach((one) => one.answered?.(by, to, header, reply))),
    ended: (a, b, header) => two(a, b, (from, to) => checkers.forEach((one) => one.closed?.(from, to, header)))
  }
}
