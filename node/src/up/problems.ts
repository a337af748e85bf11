import type { Engine } from '@holdfast/core/engine/engine'
import { every } from '@holdfast/core/engine/later'
import type { Asks } from '@holdfast/core/engine/relays/rooms'
import { Mutex } from '@holdfast/core/vault/mutex'
import { checkText } from '../cli/show-care.ts'
import type { Settings } from '../config/keys.ts'
import type { Check } from '../doctor/check.ts'
import { startChecks } from '../doctor/doctor.ts'
import type { FolderState } from '../folder/kept-folder.ts'
import type { Log } from '../log/log.ts'
import { folderEvent } from '../log/up-log.ts'
import type { Output } from '../term/output.ts'
import { Startup } from './startup.ts'

/** Counting everything takes time where there is much. */
const LOOK_EVERY_MS = 30_000

/** Shows what is wrong with a home that is open: at the start, at once when a folder comes to a stop, now and then while anything changes. */
export class Problems {
  readonly #engine: Engine
  readonly #log: Log
  readonly #startup: Startup
  readonly #looks = new Mutex()
  readonly #standing = new Map<number, string>()
  #hasBegun = false

  constructor(engine: Engine, settings: Settings, output: Output, log: Log) {
    const text = (check: Check): string => checkText({ type: 'check', ...check }, output)
    this.#engine = engine
    this.#log = log
    this.#startup = new Startup({ settings, output, text, log })
  }

  /** Resolves when what is wrong now was shown. Returns how to end the looks that follow. */
  async begin(): Promise<() => void> {
    await this.#look()
    this.#hasBegun = true
    let hasChanged = false
    const unwatch = this.#engine.onChange(() => (hasChanged = true))
    const end = every(this.#engine.home.wait, LOOK_EVERY_MS, () => {
      if (hasChanged) this.#lookAgain('now')
      hasChanged = false
    })
    return () => {
      this.#hasBegun = false
      unwatch()
      end()
    }
  }

  /** After a pass of a folder of this disk. One that stays as it is, is not told of again and again. */
  onPass(folder: number, state: FolderState, ms: number): void {
    const event = folderEvent(folder, state, ms)
    const standing = `${event.code ?? ''} ${event.failed}`
    const isNew = standing !== (this.#standing.get(folder) ?? ' 0')
    this.#standing.set(folder, standing)
    if (isNew || event.done > 0) this.#log.note(event)
    if (isNew && this.#hasBegun) this.#lookAgain('never')
  }

  #look(asks?: Asks): Promise<void> {
    return this.#looks.run(async () => this.#startup.show(await startChecks(this.#engine, asks)))
  }

  #lookAgain(asks: Asks): void {
    this.#look(asks).catch(() => undefined) // it is looked at again
  }
}
