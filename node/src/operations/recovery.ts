import { equalBytes } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'
import { ed25519PublicKey } from '@holdfast/core/proof/ed25519'
import { accountSecretsFromWords } from '@holdfast/core/secret/words'
import { isRecoveryKit, recoveryKitLine } from '@holdfast/core/vault/recovery-kit'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { kitFromText } from './kit-file.ts'
import type { OperationIo } from './operation.ts'

/** `words`: the words alone, or the text of a recovery kit. */
export function parseRecoveryTest(value: unknown): { words: string } {
  return { words: new Arguments(value).text('words') }
}

/** Whether these are the words of this account, and which relays a kit lacks: nothing is kept of them. Throws BAD_WORDS. */
export async function testRecovery(engine: OpEngine, { words }: { words: string }, io: OperationIo): Promise<void> {
  const kit = isRecoveryKit(words) ? kitFromText(words) : undefined
  await assertOwnWords(engine, kit?.words ?? words)
  const { account } = engine.home.state
  const named = new Set(kit?.relays.map(recoveryKitLine))
  const lacking = engine
    .relays()
    .map(recoveryKitLine)
    .filter((line) => !named.has(line))
  await io.emit({ type: 'recovery', account, fits: true, ...(kit === undefined ? {} : { lacking }) })
}

/** Throws BAD_WORDS. */
export async function assertOwnWords(engine: OpEngine, words: string): Promise<void> {
  const { rootSeed } = accountSecretsFromWords(words)
  if (!equalBytes(await ed25519PublicKey(rootSeed), engine.home.state.root))
    throw new HoldfastError('BAD_WORDS', 'They are words of another account.')
}
