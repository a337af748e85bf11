import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { isRecoveryKit, relaysFromText } from '@holdfast/core/vault/recovery-kit'
import type { Contact } from '@holdfast/core/vault/pairing-messages'
import { recoveryKeysOf } from '@holdfast/core/engine/account/ask-recovery'
import type { Answer, RecoveryKeys } from '@holdfast/core/engine/account/ask-recovery'
import { assertOwn, bringContents, isRecovering, recoverAccount } from '@holdfast/core/engine/account/recover'
import { assertNoHome, type Home } from '@holdfast/core/home/home'
import { openHome } from '../home/open.ts'
import { DiskPlace } from '../home/disk-place.ts'
import { nodePlatform } from '../home/platform.ts'
import { kitFromText } from '@holdfast/core/operations/kit-text'
import { readKitFile, readKitText } from '../operations/kit-file.ts'
import { typedAddress } from '@holdfast/core/net/typed-address'
import type { Context } from '../term/app.ts'
import { askPassphrase, canAsk } from '../term/prompt.ts'
import * as show from './show-recovery.ts'
import { textOfInput } from './stdin.ts'
import { terminalIo } from './terminal-io.ts'
import { newPassphrase, unlockFrom, unlockLater } from './unlock.ts'

export interface RecoverFlags {
  readonly name: string
  /** A recovery kit: words and relays. */
  readonly kit: string | undefined
  readonly wordsFile: string | undefined
  /** As typed. */
  readonly relays: readonly string[]
  readonly storeCredentials: boolean
  readonly acceptsLess: boolean
}

/** Brings an account back onto an empty machine; where that was broken off, goes on with it. */
export async function recoverByWords(context: Context, flags: RecoverFlags): Promise<void> {
  const { globals, signal } = context
  const place = new DiskPlace(globals.home)
  const goesOn = await isRecovering(place)
  if (!goesOn) await assertNoHome(place) // before anything is asked for
  const { words, relays } = await given(context, flags)
  const keys = await recoveryKeysOf(words)
  const home = goesOn ? await openAgain(context, keys) : await begin(context, flags, keys, relays)
  try {
    await finish(context, home, relays)
  } catch (error) {
    throw signal.aborted && isHoldfastError(error) ? new HoldfastError('ABORTED') : error
  } finally {
    await home.close()
  }
}

async function begin(
  context: Context,
  { name, storeCredentials, acceptsLess }: RecoverFlags,
  keys: RecoveryKeys,
  relays: readonly Contact[]
): Promise<Home> {
  const { globals, output, signal } = context
  if (relays.length === 0)
    throw new HoldfastError('USAGE', 'name a relay of the account: --relay ID ADDRESS, as the recovery kit lists it')
  const passphrase = await newPassphrase(context)
  const onAnswer = (answer: Answer): Promise<void> => tell(context, show.asked, askedEvent(answer))
  output.say('Asking the relays ...')
  const { home, found, missing } = await recoverAccount(new DiskPlace(globals.home), nodePlatform, {
    name,
    passphrase,
    ...(await unlockLater(context, storeCredentials)),
    keys,
    relays,
    acceptsLess,
    signal,
    onAnswer
  })
  const { account, personalVault } = home.state
  const device = home.secrets.device
  const older = found.answers.flatMap(({ relay, found: one }) =>
    one !== undefined && one.number < found.number ? [relay.peer] : []
  )
  const back = {
    type: 'back',
    account,
    device,
    vault: personalVault,
    name,
    home: globals.home,
    record: found.number,
    older,
    missing
  }
  await tell(context, show.back, back)
  return home
}

async function openAgain(context: Context, keys: RecoveryKeys): Promise<Home> {
  const home = await openHome(context.globals.home, unlockFrom(context))
  try {
    assertOwn(home, keys)
  } catch (error) {
    await home.close()
    throw error
  } finally {
    keys.forget()
  }
  return home
}

/** The home is one already: what is still on its way comes with any later sync, too. */
async function finish(context: Context, home: Home, relays: readonly Contact[]): Promise<void> {
  const io = terminalIo(context, show.contents)
  try {
    const { report, files, bytes } = await bringContents(home, relays, {
      signal: context.signal,
      onProgress: (progress) => io.progress({ type: 'progress', ...progress })
    })
    const { receivedBytes, missing, failed } = report
    const failures = failed.map(({ peer, code }) => ({ id: peer, code }))
    await io.emit({ type: 'done', files, bytes, receivedBytes, missing, failed: failures })
  } finally {
    io.stop()
  }
}

function askedEvent({ relay, code, found }: Answer): { type: string } & Record<string, unknown> {
  return {
    type: 'asked',
    relay: relay.peer,
    addresses: relay.addresses,
    ...(found === undefined ? {} : { record: found.number }),
    ...(code === undefined ? {} : { code })
  }
}

type Event = Parameters<typeof show.asked>[0]

async function tell(
  { output }: Context,
  text: (event: Event, to: Context['output']) => void,
  event: Event
): Promise<void> {
  if (output.json) await output.event(event)
  else text(event, output)
}

/** Words and relays: from a kit, or the words from a file, a person or standard input. Throws BAD_WORDS, USAGE. */
async function given(
  context: Context,
  { kit, wordsFile, relays }: RecoverFlags
): Promise<{ words: string; relays: readonly Contact[] }> {
  const named = typedRelays(relays)
  if (kit !== undefined) {
    const read = await readKitFile(kit)
    return { words: read.words, relays: [...named, ...read.relays] }
  }
  const text = wordsFile === undefined ? await askedFor(context) : await readKitText(wordsFile)
  if (!isRecoveryKit(text)) return { words: text, relays: named }
  const read = kitFromText(text)
  return { words: read.words, relays: [...named, ...read.relays] }
}

function askedFor({ globals, signal }: Context): Promise<string> {
  return canAsk(globals) ? askPassphrase('The 24 recovery words', signal) : textOfInput()
}

function typedRelays(parts: readonly string[]): Contact[] {
  try {
    const relays = relaysFromText(parts)
    return relays.map(({ peer, addresses }) => ({ peer, addresses: addresses.map(typedAddress) }))
  } catch (error) {
    if (isHoldfastError(error, 'USAGE')) throw error
    throw new HoldfastError('USAGE', 'a relay is like the line of the recovery kit: --relay ID ADDRESS', {
      cause: error
    })
  }
}
