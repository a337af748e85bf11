import { HoldfastError } from '@holdfast/core/base/errors'
import type { SealedObject, SealPlace } from '@holdfast/core/vault/seal-object'
import type { SmallFile, WorkerReply } from './messages.ts'

type Sealed = Extract<WorkerReply, { kind: 'sealed' }>['objects']

interface Waiting {
  readonly file: SmallFile
  readonly place: SealPlace
  resolve(object: SealedObject): void
  reject(error: HoldfastError): void
}

/** Small files on their way to the sealing threads, some at a time: a message costs more than a small file. */
export class SmallFiles {
  private readonly most: number
  private readonly send: (files: readonly SmallFile[], place: SealPlace) => Promise<Sealed>
  private waiting: Waiting[] = []
  private running = 0
  private soon: NodeJS.Immediate | undefined

  /** At most `most` messages are on their way at once. */
  constructor(most: number, send: (files: readonly SmallFile[], place: SealPlace) => Promise<Sealed>) {
    this.most = most
    this.send = send
  }

  seal(file: SmallFile, place: SealPlace): Promise<SealedObject> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ file, place, resolve, reject })
      this.soon ??= setImmediate(() => this.pump())
    })
  }

  private pump(): void {
    this.soon = undefined
    while (this.running < this.most && this.waiting.length > 0) void this.run(this.take())
  }

  /** Of one place, in order. */
  private take(): Waiting[] {
    const { vault, keys } = this.waiting[0]!.place
    let count = 1
    while (
      count < FILES_PER_MESSAGE &&
      count < this.waiting.length &&
      isSame(this.waiting[count]!.place, { vault, keys })
    )
      count++
    return this.waiting.splice(0, count)
  }

  private async run(some: readonly Waiting[]): Promise<void> {
    this.running++
    try {
      const objects = await this.send(
        some.map(({ file }) => file),
        some[0]!.place
      )
      for (const [at, { resolve, reject }] of some.entries()) {
        const object = objects[at]!
        if (typeof object === 'string') reject(new HoldfastError(object))
        else resolve(object)
      }
    } catch (error) {
      for (const { reject } of some)
        reject(error instanceof HoldfastError ? error : new HoldfastError('INTERNAL', undefined, { cause: error }))
    }
    this.running--
    this.pump()
  }
}

/** About a megabyte of files at the most usual sizes. */
const FILES_PER_MESSAGE = 32

function isSame(a: SealPlace, b: SealPlace): boolean {
  return a.vault === b.vault && a.keys.id === b.keys.id
}
