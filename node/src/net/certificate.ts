import { createHash, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { asArray, asBytes, asVersion, decode, encode } from '@holdfast/core/base/codec'
import type { KvStore } from '@holdfast/core/ports/kv-store'

/** The certificate of a WebRTC-Direct listener, as @libp2p/webrtc wants it. */
export interface Certificate {
  /** PKCS #8, PEM. */
  readonly privateKey: string
  /** X.509, PEM. */
  readonly pem: string
  /** Multihash (SHA-256) in multibase, as it stands in addresses behind `/certhash/`. */
  readonly certhash: string
}

/**
 * The same one at each start, because its hash is part of addresses that others keep; made, durably, when there is none. It need not
 * be kept secret: whoever has it can still not prove the peer's key, which Noise asks for, together with the hash of this certificate.
 */
export async function keptCertificate(kv: KvStore): Promise<Certificate> {
  const kept = readCertificate(await kv.get(ROW))
  if (kept !== undefined) return kept
  const made = make()
  const key = made.privateKey.export({ format: 'der', type: 'pkcs8' })
  await kv.write([{ put: ROW, value: encode([1, key, made.certificate]) }])
  return certificateOf(made)
}

export function newCertificate(): Certificate {
  return certificateOf(make())
}

interface Pair {
  readonly privateKey: KeyObject
  /** X.509, DER. */
  readonly certificate: Uint8Array
}

function make(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, certificate: selfSigned(privateKey, publicKey) }
}

const ROW = 'webrtc-certificate'
const MAX_ROW_BYTES = 2048

/** Undefined, too, for one that cannot be read: addresses with its hash are lost then, and every other still leads here. */
function readCertificate(row: Uint8Array | undefined): Certificate | undefined {
  if (row === undefined) return undefined
  try {
    const [version, key, certificate] = asArray(decode(row, MAX_ROW_BYTES), 3)
    asVersion(version, 1)
    const der = Buffer.from(asBytes(key, { max: MAX_ROW_BYTES }))
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    return certificateOf({ privateKey, certificate: asBytes(certificate, { max: MAX_ROW_BYTES }) })
  } catch {
    return undefined
  }
}

function certificateOf({ privateKey, certificate }: Pair): Certificate {
  const digest = createHash('sha256').update(certificate).digest()
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    pem: pem('CERTIFICATE', certificate),
    certhash: `u${Buffer.concat([MULTIHASH_SHA256, digest]).toString('base64url')}`
  }
}

const MULTIHASH_SHA256 = Uint8Array.of(0x12, 0x20)

function pem(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').replaceAll(/.{64}/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines.trimEnd()}\n-----END ${label}-----\n`
}

/**
 * As browsers make theirs for WebRTC, except that it never ends: who compares the hash asks no clock, and a small computer without a
 * battery wakes up in the wrong year. Every length below is under 64 KiB.
 */
function selfSigned(privateKey: KeyObject, publicKey: KeyObject): Uint8Array {
  const algorithm = sequence(ECDSA_WITH_SHA256)
  const name = sequence(tagged(SET, sequence(COMMON_NAME, tagged(UTF8_STRING, Buffer.from('WebRTC')))))
  const validity = sequence(
    tagged(UTC_TIME, Buffer.from('200101000000Z')),
    tagged(GENERALIZED_TIME, Buffer.from('99991231235959Z'))
  )
  const version3 = tagged(CONTEXT_0, tagged(INTEGER, Uint8Array.of(2)))
  const serial = tagged(INTEGER, Uint8Array.of(1))
  const key = publicKey.export({ format: 'der', type: 'spki' })
  const toBeSigned = sequence(version3, serial, algorithm, name, validity, name, key)
  const signature = sign('sha256', toBeSigned, privateKey)
  return sequence(toBeSigned, algorithm, tagged(BIT_STRING, Uint8Array.of(0), signature))
}

const INTEGER = 0x02
const BIT_STRING = 0x03
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const SEQUENCE = 0x30
const SET = 0x31
const CONTEXT_0 = 0xa0
/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = Uint8Array.of(0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)
/** 2.5.4.3 */
const COMMON_NAME = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03)

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tagged(SEQUENCE, ...parts)
}

/** One DER value. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...head), ...parts])
}
