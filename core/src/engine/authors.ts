import type { AccountId, DeviceId } from '../base/ids.ts'
import { splitLogId } from '../base/ids.ts'
import type { FileContent } from '../index/records.ts'
import { contactOf, ownName } from '../vault/contacts.ts'
import type { Vault } from '../vault/vault.ts'
import type { Engine } from './engine.ts'

/** Who put a content where it is. Names are hostile text. */
export interface Author {
  /** Null where it is not known. */
  readonly account: AccountId | null
  /** What this home calls the person, else the beginning of the account's id. */
  readonly name: string
  readonly device: string
  readonly self: boolean
}

/** Looks authors up for one command: names are read once. Undefined when the content was destroyed or its record has not come. */
export function authorsIn(
  engine: Engine
): (vault: Vault, content: Pick<FileContent, 'object' | 'manifest'>) => Author | undefined {
  // Few have written many files: they share one answer, which is also told once.
  const known = new Map<Vault, Map<string, Author>>()
  return (vault, content) => {
    const writer = writerOf(vault, content)
    if (writer === undefined) return undefined
    const ofVault = known.get(vault) ?? new Map<string, Author>()
    known.set(vault, ofVault)
    const key = `${writer.device}/${writer.account}`
    const author = ofVault.get(key) ?? authorOf(engine, vault, writer)
    ofVault.set(key, author)
    return author
  }
}

function authorOf(engine: Engine, vault: Vault, { device, account }: Writer): Author {
  return {
    account,
    name: account === null ? '' : personName(engine, account),
    device: vault.deviceName(device) ?? engine.personal.deviceName(device) ?? device.slice(0, SHORT),
    self: account === engine.home.state.account
  }
}

interface Writer {
  readonly device: DeviceId
  readonly account: AccountId | null
}

/** The device that brought a content, and whose it is, as far as that is known. Undefined as above. */
export function writerOf(vault: Vault, content: Pick<FileContent, 'object' | 'manifest'>): Writer | undefined {
  const pins = vault.replica.log.pins()
  const record = pins.recordsFor(content.object).find(({ manifest }) => manifest.id === content.manifest)
  const bringer = record === undefined ? undefined : pins.bringerOf(record.hash)
  return bringer && { device: splitLogId(bringer.log).device, account: bringer.account ?? null }
}

/** What this home calls an account: hostile text. */
export function personName({ personal, home }: Engine, account: AccountId): string {
  const known =
    account === home.state.account ? ownName(personal.index, account) : contactOf(personal.index, account)?.name
  return known ?? account.slice(0, SHORT)
}

const SHORT = 8
