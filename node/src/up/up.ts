import { explain, HoldfastError } from '@holdfast/core/base/errors'
import type { Site } from '../site/site.ts'
import { alsoAtOf, limitsOf, settingsOf } from '../cli/settings.ts'
import { unlockFrom } from '../cli/unlock.ts'
import { tellSystemd, watchdogMs } from '../service/notify.ts'
import { listenForControl, type ControlServer } from '../control/server.ts'
import { controlSocket } from '../control/socket-path.ts'
import { Engine } from '@holdfast/core/engine/engine'
import { every } from '@holdfast/core/engine/later'
import { followCopies } from '../folder/copies-duty.ts'
import { foldersOf } from '../folder/folders.ts'
import type { Folders } from '../folder/folders.ts'
import { openHome } from '../home/open.ts'
import { isInJournal } from '../log/log-file.ts'
import { traceOf } from '../log/log.ts'
import { noteEngine } from '../log/note-engine.ts'
import { noteCommand, noteCrash, since, upLog } from '../log/up-log.ts'
import { OPERATIONS } from '../operations/table.ts'
import type { Context } from '../term/app.ts'
import { silent } from '../term/output.ts'
import { atLastPort, keepPort, listenAt } from './listen.ts'
import { OnDemand } from './on-demand.ts'
import { Problems } from './problems.ts'
import { serveApp } from './serve-app.ts'
import type { AppWish } from './serve-app.ts'
import { pollAway } from './sync-poll.ts'

/** However much is under way, the process is gone this long after it was told to. Everything acknowledged is durable. */
const STOP_WITHIN_MS = 4000

/** The long-running process: opens the home, connects, and answers the commands of this home until it is told to stop. */
export async function up(whole: Context, listen: readonly string[], app: AppWish): Promise<void> {
  const context = isInJournal() && !whole.output.json ? { ...whole, output: silent() } : whole
  const { globals, output, signal } = context
  const settings = await settingsOf(globals)
  const connects = settings['connect.autoConnect']
  const discover = settings['connect.discover']
  const alsoAt = await alsoAtOf(settings)
  const home = await openHome(globals.home, unlockFrom(context), { limits: limitsOf(settings) })
  const log = upLog(context) // no sooner: the home is there, and this process has it
  const startMs = performance.now()
  const ends: (() => void)[] = [noteCrash(log)]
  let engine: Engine | undefined
  let folders: Folders | undefined
  let endCopies: (() => Promise<void>) | undefined
  let control: ControlServer | undefined
  let site: Site | undefined
  try {
    engine = await Engine.start(home, {
      listen: discover ? await atLastPort(home, listenAt(home, listen, true)) : listenAt(home, listen),
      discover,
      throughRelays: settings['connect.throughRelays'],
      alsoAt,
      keep: { versions: settings['keep.versions'], days: settings['keep.days'] }
    })
    const running = engine
    // What was done in folders of this disk meanwhile is told before anything is heard.
    folders = await foldersOf(running)
    folders.settings = settings
    await folders.pass({ onlyTells: true, signal })
    if (connects) await running.goOnline()
    const problems = new Problems(running, settings, output, log)
    folders.start({
      scanIntervalS: settings['scan.interval'],
      trashDays: settings['keep.trashDays'],
      onPass: (folder, state, ms) => problems.onPass(folder, state, ms)
    })
    ends.push(noteEngine(log, running))
    endCopies = followCopies(running, folders, settings)
    const onDemand = new OnDemand(running)
    await Promise.all([...OPERATIONS.values()].map((operation) => operation.load()))
    control = await listenForControl(controlSocket(globals.home), async (op, args, io) => {
      const operation = OPERATIONS.get(op)
      if (operation === undefined)
        throw new HoldfastError('USAGE', 'The running Holdfast process does not know this command: start it again.')
      const run = (): Promise<void> => operation.run(running, args, io)
      const mayRun = connects || operation.network === 'unused'
      await noteCommand(log, op, () => (mayRun ? run() : onDemand.during(run)))
    })
    site = await serveApp(context, app)
    const { host } = running.isOnline ? running.network : {}
    const addresses = host?.addresses() ?? []
    if (discover) await keepPort(home, addresses)
    if (output.json) {
      const at = { addresses, control: control.path, app: site?.address ?? null }
      await output.event({ type: 'ready', ...at, process: process.pid })
    } else {
      const at = addresses.length > 0 ? `, at ${addresses.join(' ')}` : ''
      output.say(`${home.settings.name} is up${at}. Stop it with Ctrl-C.`)
      if ((await site?.isBuilt()) === true) output.say(`The app for this computer's browser: ${site?.address}`)
    }
    if (host !== undefined && host.unsupported.length > 0)
      output.warn('WebRTC does not load on this computer: browsers come by WebSocket only.')
    const tell = (): void => {
      if (!running.standing.isRevoked) return
      unwatch()
      const { cause, remedy } = explain('REVOKED')
      if (output.json) void output.event({ type: 'revoked', message: cause, remedy })
      else output.warn(`${cause} ${remedy}`)
    }
    const unwatch = running.onChange(tell)
    tell()
    if (connects) ends.push(pollAway(running, settings['connect.syncPoll']))
    ends.push(await problems.begin())
    tellSystemd('READY=1')
    const aliveMs = watchdogMs()
    if (aliveMs !== undefined) ends.push(every(home.wait, aliveMs, () => tellSystemd('WATCHDOG=1')))
    await stopped(signal)
    tellSystemd('STOPPING=1')
    log.note({ event: 'stopped', seconds: Math.round(since(startMs) / 1000) })
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref()
  } catch (error) {
    log.note({ event: 'failed', ...traceOf(error) })
    throw error
  } finally {
    for (const end of ends) end()
    await site?.close()
    await control?.close()
    await endCopies?.()
    await folders?.stop()
    await engine?.stop()
    await home.close()
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
