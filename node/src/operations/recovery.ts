import { equalBytes } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'
import { ed25519PublicKey } from '@holdfast/core/proof/ed25519'
import { accountSecretsFromWords } from '@holdfast/core/secret/words'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import type { OperationIo } from './operation.ts'

export function parseRecoveryTest(value: unknown): { words: string } {
  return { words: new Arguments(value).text('words') }
}

/** Whether these are the words of this account: nothing is kept of them. Throws BAD_WORDS. */
export async function testRecovery(engine: OpEngine, { words }: { words: string }, io: OperationIo): Promise<void> {
  const { rootSeed } = accountSecretsFromWords(words)
  const { root, account } = engine.home.state
  if (!equalBytes(await ed25519PublicKey(rootSeed), root))
    throw new HoldfastError('BAD_WORDS', 'They are words of another account.')
  await io.emit({ type: 'recovery', account, fits: true })
}
