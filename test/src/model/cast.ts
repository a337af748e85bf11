import { certify, revoke, testAccount, testDevice, testGenesis, testIncarnation } from '@holdfast/core/log/testing'
import type { TestAccount, TestDevice } from '@holdfast/core/log/testing'
import type { SignedStatement } from '@holdfast/core/log/account-statement'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import type { Role, Statement } from '@holdfast/core/log/statement'
import { logIdOf } from '@holdfast/core/base/ids'
import type { LogId } from '@holdfast/core/base/ids'
import type { Say } from './told.ts'

/** Who there is. A device's account is its first letter in capitals: `a1` belongs to `A`. */
const DEVICES = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'f1'] as const
const ACCOUNTS = ['A', 'B', 'C', 'F'] as const

export const accountNamed = (device: string): string => device[0]!.toUpperCase()

/** Short names on one side, keys and signed statements on the other. */
export class Cast {
  readonly #accounts = new Map<string, TestAccount>()
  readonly #devices = new Map<string, TestDevice>()
  readonly #names = new Map<string, string>()
  readonly #signed = new Map<string, SignedStatement>()

  static async gather(): Promise<Cast> {
    const cast = new Cast()
    for (const name of ACCOUNTS) cast.#accounts.set(name, await testAccount(`model ${name}`))
    for (const name of DEVICES) cast.#devices.set(name, await testDevice(`model ${name}`))
    for (const [name, { id }] of [...cast.#accounts, ...cast.#devices]) cast.#names.set(id, name)
    return cast
  }

  account(name: string): TestAccount {
    return this.#accounts.get(name)!
  }

  device(name: string): TestDevice {
    return this.#devices.get(name)!
  }

  /** Name of an account or device id. */
  nameOf(id: string): string {
    return this.#names.get(id) ?? id
  }

  /** `device/incarnation` of a product log. */
  logName(log: LogId): string {
    return `${this.nameOf(log.slice(0, 64))}/${Number.parseInt(log.slice(65), 16)}`
  }

  logId(name: string): LogId {
    const [device = '', life] = name.split('/')
    return logIdOf(this.device(device).id, testIncarnation(Number(life)))
  }

  genesis(device: string): Promise<UnverifiedEntry> {
    return testGenesis(this.account(accountNamed(device)), this.device(device))
  }

  async statement(say: Say): Promise<Statement> {
    switch (say.kind) {
      case 'certify':
      case 'revoke':
        return { kind: 'import', signed: await this.#sign(say) }
      case 'add': {
        const { root, recovery } = this.account(say.account)
        return { kind: 'add', root, recovery, role: say.role as Role, name: '' }
      }
      case 'role':
        return { kind: 'role', account: this.account(say.account).id, role: say.role as Role }
      case 'remove':
        return { kind: 'remove', account: this.account(say.account).id, voidUnpinsFrom: [] }
      case 'relays': {
        const relay = { peer: this.device(say.name).id, name: say.name, addresses: [] }
        return { kind: 'relays', relays: [relay], copies: 1, repairAfterMs: 0 }
      }
    }
  }

  async #sign(say: Say & { kind: 'certify' | 'revoke' }): Promise<SignedStatement> {
    const kept = say.kind === 'revoke' ? say.kept : []
    const name = [say.kind, say.issuer, say.device, ...kept].join(' ')
    const known = this.#signed.get(name)
    if (known !== undefined) return known
    const account = this.account(say.account)
    const [subject, issuer] = [this.device(say.device), say.issuer === null ? undefined : this.device(say.issuer)]
    const signed =
      say.kind === 'certify'
        ? await certify(account, subject, issuer)
        : await revoke(
            account,
            subject,
            issuer,
            kept.map((one) => this.device(one))
          )
    this.#signed.set(name, signed)
    return signed
  }
}
