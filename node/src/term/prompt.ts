import { HoldfastError } from '@holdfast/core/base/errors'
import type { Globals } from './args.ts'

/** Whether there is a person to ask: questions go to standard error, answers come from standard input. */
export function canAsk(globals: Pick<Globals, 'input'>): boolean {
  return globals.input && process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Throws ABORTED when the person leaves the question. */
export async function askYesNo(message: string, signal: AbortSignal): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  return answer(await confirm({ message, initialValue: false, output: process.stderr, signal }))
}

/** Throws ABORTED. */
export async function askPassphrase(message: string, signal: AbortSignal): Promise<string> {
  const { password } = await import('@clack/prompts')
  return answer(await password({ message, output: process.stderr, signal }))
}

/** Asked twice. Throws ABORTED. */
export async function askNewPassphrase(signal: AbortSignal): Promise<string> {
  const { password } = await import('@clack/prompts')
  const first = answer(
    await password({
      message: 'A passphrase to open the vault on this device (12 characters or more)',
      output: process.stderr,
      signal,
      validate: (value) =>
        (value ?? '').length < 12 ? 'At least 12 characters: several words are easiest to keep.' : undefined
    })
  )
  answer(
    await password({
      message: 'The same once more',
      output: process.stderr,
      signal,
      validate: (value) => (value === first ? undefined : 'That is not the same.')
    })
  )
  return first
}

function answer<T>(value: T): Exclude<T, symbol> {
  if (typeof value === 'symbol') throw new HoldfastError('ABORTED')
  return value as Exclude<T, symbol>
}
