import { encode, decode } from '@holdfast/core/base/codec'
import { LIMITS } from '@holdfast/core/base/limits'
import type { BlobReply, PeerLink } from '@holdfast/core/ports/peer-link'
import { decodeBlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import type { BlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import { encodeGetReply, splitGetReply } from '@holdfast/core/sync/wire/blob-replies'
import { decodeMessage, encodeMessage } from '@holdfast/core/sync/wire/messages'
import type { Message } from '@holdfast/core/sync/wire/messages'
import { decodeEntry, encodeEntry } from '@holdfast/core/log/entry'
import type { EntryBytes } from '@holdfast/core/log/entry'

/** What a hostile side does to what an honest one would have sent. */
export interface Malice {
  /** Messages to send instead of this one. */
  readonly says?: (message: Message) => readonly Message[]
  /** Blobs to answer with, `null` for one that it says it does not have. */
  readonly gives?: (blobs: (Uint8Array | null)[], question: BlobRequest & { kind: 'get' }) => (Uint8Array | null)[]
  /** Any other answer. */
  readonly answers?: (reply: BlobReply, question: BlobRequest) => BlobReply
}

/** A link whose owner runs honest code and lies at the last moment: the other side meets a peer that knows the protocol. */
export function hostile(malice: Malice): (link: PeerLink) => PeerLink {
  return (link) => ({
    peer: link.peer,
    async send(bytes) {
      for (const message of malice.says?.(decodeMessage(bytes)) ?? [decodeMessage(bytes)])
        await link.send(encodeMessage(message))
    },
    onMessage: (handler) => link.onMessage(handler),
    request: (header, options) => link.request(header, options),
    onRequest(handler) {
      link.onRequest(async (header, body) => {
        const question = decodeBlobRequest(header)
        const reply = await handler(header, body)
        if (question.kind === 'get' && malice.gives !== undefined) return given(malice.gives, question, reply)
        return malice.answers?.(reply, question) ?? reply
      })
    },
    onClose: (handler) => link.onClose(handler),
    close: () => link.close()
  })
}

function given(
  gives: NonNullable<Malice['gives']>,
  question: BlobRequest & { kind: 'get' },
  reply: BlobReply
): BlobReply {
  const parts = splitGetReply(reply.header, reply.body ?? new Uint8Array(), question.blobs.length)
  const instead = gives(parts, question)
  const body = Buffer.concat(instead.filter((part) => part !== null))
  return { header: encodeGetReply(instead.map((part) => part?.length ?? -1)), body }
}

/** Changes every entry that an `entries` message carries. */
export function changeEntries(
  change: (
    bytes: EntryBytes,
    records: readonly Uint8Array[]
  ) => { entry?: EntryBytes; records?: readonly Uint8Array[] } | null
): Malice {
  return {
    says(message) {
      if (message.kind !== 'entries') return [message]
      const entries = message.entries.flatMap((wire) => {
        const changed = change(decodeEntry(wire.entry).bytes, wire.records)
        if (changed === null) return []
        return [
          {
            entry: changed.entry === undefined ? wire.entry : encodeEntry(changed.entry),
            records: changed.records ?? wire.records
          }
        ]
      })
      return [{ ...message, entries }]
    }
  }
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice()
  copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7)
  return copy
}

/** Bytes of another canonical value, for what must be well formed and wrong. */
export function reencoded(bytes: Uint8Array, change: (items: unknown[]) => void): Uint8Array {
  const items = [...(decode(bytes, LIMITS.syncFrameBytes) as readonly unknown[])]
  change(items)
  return encode(items as never)
}
