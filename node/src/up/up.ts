import { every } from '@holdfast/core/engine/later'
import type { Home } from '@holdfast/core/home/home'
import { limitsOf, settingsOf } from '../cli/settings.ts'
import { unlockFrom } from '../cli/unlock.ts'
import type { Settings } from '../config/keys.ts'
import { controlSocket } from '../control/socket-path.ts'
import { openHome } from '../home/open.ts'
import { isInJournal } from '../log/log-file.ts'
import { traceOf } from '../log/log.ts'
import type { Log } from '../log/log.ts'
import { noteCrash, since, upLog } from '../log/up-log.ts'
import { tellSystemd, watchdogMs } from '../service/notify.ts'
import type { Context } from '../term/app.ts'
import { silent } from '../term/output.ts'
import { answerCommands } from './answer.ts'
import { Ends } from './ends.ts'
import { follow } from './follow.ts'
import { keepPort } from './listen.ts'
import { openEngine, type Opened } from './open.ts'
import { serveApp } from './serve-app.ts'
import type { AppWish } from './serve-app.ts'
import { pollAway } from './sync-poll.ts'
import { tellAnswers, tellCatchingUp, tellReady, tellRevoked } from './tell.ts'

/** However much is under way, the process is gone this long after it was told to. Everything acknowledged is durable. */
const STOP_WITHIN_MS = 4000

/** The long-running process: opens the home, answers the commands of this home, connects, and stays until it is told to stop. */
export async function up(whole: Context, listen: readonly string[], app: AppWish): Promise<void> {
  const context = isInJournal() && !whole.output.json ? { ...whole, output: silent() } : whole
  const { globals, signal } = context
  const settings = await settingsOf(globals)
  const home = await openHome(globals.home, unlockFrom(context), { limits: limitsOf(settings) })
  const log = upLog(context) // no sooner: the home is there, and this process has it
  const startMs = performance.now()
  const ends = new Ends()
  ends.push(() => home.close())
  ends.push(noteCrash(log))
  try {
    await begin({ context, home, settings, listen, app, log, ends }).catch((error: unknown) => {
      if (!signal.aborted) throw error // stopped before it had begun
    })
    await stopped(signal)
    tellSystemd('STOPPING=1')
    log.note({ event: 'stopped', seconds: Math.round(since(startMs) / 1000) })
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref()
  } catch (error) {
    log.note({ event: 'failed', ...traceOf(error) })
    throw error
  } finally {
    await ends.run()
  }
}

interface Beginning {
  readonly context: Context
  readonly home: Home
  readonly settings: Settings
  readonly listen: readonly string[]
  readonly app: AppWish
  readonly log: Log
  readonly ends: Ends
}

/** It answers first: looking through large folders takes long. Online it goes when that is done. */
async function begin({ context, home, settings, listen, app, log, ends }: Beginning): Promise<void> {
  const { globals, output, signal } = context
  const opened = await openEngine(home, settings, { listen, signal, ends })
  const control = await answerCommands(controlSocket(globals.home), opened, log)
  ends.push(() => control.close())
  tellAlive(home, ends)
  await tellAnswers(opened, control.path, output)
  const site = await serveApp(context, app)
  ends.push(() => site?.close())
  await goOnline(opened, output)
  const problems = follow(opened, output, log, ends)
  await tellReady(opened, { control: control.path, site }, output)
  ends.push(tellRevoked(opened.engine, output))
  if (settings['connect.autoConnect']) ends.push(pollAway(opened.engine, settings['connect.syncPoll']))
  ends.push(await problems.begin())
}

/** Ready is who answers: whatever has to come after this unit can ask it. */
function tellAlive(home: Home, ends: Ends): void {
  tellSystemd('READY=1')
  const aliveMs = watchdogMs()
  if (aliveMs !== undefined) ends.push(every(home.wait, aliveMs, () => tellSystemd('WATCHDOG=1')))
}

/** Unless it is to stay offline: then only the folders are waited for. */
async function goOnline(opened: Opened, output: Context['output']): Promise<void> {
  const { home, engine, settings, caughtUp } = opened
  const end = tellCatchingUp(opened, output)
  try {
    if (!settings['connect.autoConnect']) return await caughtUp
    const { host } = await engine.goOnline()
    if (settings['connect.discover']) await keepPort(home, host.addresses())
  } finally {
    end()
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
