import { decodeBlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import { decodeMessage, encodeMessage } from '@holdfast/core/sync/wire/messages'
import type { Liar } from './link.ts'
import type { Rng } from './rng.ts'

/** Simple lies, one kind at a time. None of them may change what a member reads. */
export function makeLiar(rng: Rng): { name: string; liar: Liar } {
  return rng.pick([withholdsEntries, withholdsBlobs, flipsBits, showsLess])!(rng)
}

function withholdsEntries(rng: Rng): { name: string; liar: Liar } {
  return {
    name: 'withholds entries',
    liar: {
      message: (message) => (decodeMessage(message).kind === 'entries' && rng.chance(0.7) ? null : message),
      reply: (_, reply) => reply
    }
  }
}

function withholdsBlobs(rng: Rng): { name: string; liar: Liar } {
  return {
    name: 'sends other bytes for blobs',
    liar: {
      message: (message) => message,
      reply(header, reply) {
        if (decodeBlobRequest(header).kind !== 'get' || reply.body === undefined || rng.chance(0.3)) return reply
        return { header: reply.header, body: rng.bytes(reply.body.length) }
      }
    }
  }
}

function flipsBits(rng: Rng): { name: string; liar: Liar } {
  const flip = (bytes: Uint8Array): Uint8Array => {
    const copy = bytes.slice()
    copy[rng.below(copy.length)]! ^= 1 << rng.below(8)
    return copy
  }
  return {
    name: 'flips bits',
    liar: {
      message: (message) => (rng.chance(0.2) ? flip(message) : message),
      reply: (_, reply) => (rng.chance(0.2) ? { ...reply, header: flip(reply.header) } : reply)
    }
  }
}

/** As if its storage were older than it is. */
function showsLess(rng: Rng): { name: string; liar: Liar } {
  return {
    name: 'shows less than it has',
    liar: {
      message(bytes) {
        const message = decodeMessage(bytes)
        if (message.kind === 'heads')
          return encodeMessage({ ...message, heads: message.heads.filter(() => rng.chance(0.5)) })
        return message.kind === 'entries' && rng.chance(0.5)
          ? encodeMessage({ ...message, entries: message.entries.slice(1) })
          : bytes
      },
      reply: (_, reply) => reply
    }
  }
}
