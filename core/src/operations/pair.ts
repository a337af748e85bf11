import { HoldfastError } from '../base/errors.ts'
import { printable } from '../base/printable.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import type { OperationIo } from './operation.ts'

export function parsePair(value: unknown): { yes: boolean } {
  return { yes: new Arguments(value).flag('yes') }
}

/** Lets one more device in: says the link, waits for the device, asks the person here, and ends when it has all it needs, or was let in and is not heard of any more. */
export async function pair(engine: OpEngine, { yes }: { yes: boolean }, io: OperationIo): Promise<void> {
  const { offerDevice } = await import('../engine/account/pairing.ts')
  await engine.goOnline()
  const offer = offerDevice(engine, {
    signal: io.signal,
    async approve({ device, name, words }) {
      await io.emit({ type: 'candidate', device, name, words })
      const question = `Let "${printable(name)}" in? It must show the same words: ${words.join(' ')}`
      return yes || (await io.ask({ question }))
    }
  })
  offer.finished.catch(() => undefined) // awaited below
  await io.emit({ type: 'link', link: offer.link, words: offer.words, addresses: offer.addresses })
  try {
    const { device, name, arrived } = await offer.finished
    await io.emit({ type: 'paired', device, name, arrived })
  } catch (error) {
    throw io.signal.aborted ? new HoldfastError('ABORTED') : error
  }
}
