import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import { makeFolder, writeFileDurably } from '../disk/atomic-file.ts'
import { serviceUnit, shellLine, startupUnit, type UnitParts } from './unit.ts'

export interface UnitNames {
  readonly service: string
  readonly startup: string
}

/** Of the usual home plainly, of another one with a part of its own. */
export function unitNames(home: string, usual: string): UnitNames {
  const own = home === usual ? '' : `-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`
  return { service: `holdfast${own}.service`, startup: `holdfast-startup${own}.service` }
}

/** This very program, as it was started. */
export function ownProgram(): readonly string[] {
  return [process.execPath, realpathSync(process.argv[1]!)]
}

export interface Installed {
  readonly unit: string
  readonly file: string
  /** The unit before the session, if one is wanted. */
  readonly blocking: string | null
}

/** Writes the units, starts the first, and has both started with the user from now on. Throws NO_SERVICE_MANAGER. */
export async function install(parts: UnitParts, names: UnitNames, isBlocking: boolean): Promise<Installed> {
  await assertSystemd(parts)
  const folder = unitFolder()
  await makeFolder(folder)
  const file = join(folder, names.service)
  await writeFileDurably(file, serviceUnit(parts), 0o644)
  if (isBlocking) await writeFileDurably(join(folder, names.startup), startupUnit(parts, names.service), 0o644)
  else await removeUnit(names.startup)
  await succeed('daemon-reload')
  if (isBlocking) await succeed('enable', names.startup)
  await succeed('enable', names.service)
  await start(names.service)
  return { unit: names.service, file, blocking: isBlocking ? names.startup : null }
}

/** Ends what runs and takes the units away. False when there were none. Throws NO_SERVICE_MANAGER. */
export async function uninstall(parts: UnitParts, names: UnitNames): Promise<boolean> {
  await assertSystemd(parts)
  const removed = [await removeUnit(names.service), await removeUnit(names.startup)]
  await succeed('daemon-reload')
  return removed.includes(true)
}

export interface ServiceState {
  readonly installed: boolean
  /** As systemd says: active, inactive, failed, activating ...; unknown without it. */
  readonly state: string
  /** Whether it starts with the user. */
  readonly enabled: boolean
  readonly blocking: boolean
}

export async function stateOf(names: UnitNames): Promise<ServiceState> {
  const has = async (unit: string): Promise<boolean> =>
    (await readFile(join(unitFolder(), unit)).catch(() => undefined)) !== undefined
  const active = await systemctl('is-active', names.service)
  const enabled = await systemctl('is-enabled', names.service)
  return {
    installed: await has(names.service),
    state: /^[a-z-]+$/.test(active.said) ? active.said : 'unknown',
    enabled: enabled.said === 'enabled',
    blocking: await has(names.startup)
  }
}

async function removeUnit(unit: string): Promise<boolean> {
  const file = join(unitFolder(), unit)
  if ((await readFile(file).catch(() => undefined)) === undefined) return false
  await systemctl('disable', '--now', unit)
  await rm(file, { force: true })
  return true
}

/** Where systemd looks for units of this user. */
function unitFolder(): string {
  return join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'systemd', 'user')
}

async function assertSystemd(parts: UnitParts): Promise<void> {
  const { ok } = await systemctl('show-environment')
  if (ok) return
  throw new HoldfastError('NO_SERVICE_MANAGER', `The line that starts Holdfast: ${shellLine(parts)}`)
}

/** One that is still looking through large folders is started. Throws NO_SERVICE_MANAGER. */
async function start(unit: string): Promise<void> {
  try {
    await succeed('restart', unit)
  } catch (error) {
    if ((await systemctl('is-active', unit)).said !== 'activating') throw error
  }
}

async function succeed(...args: readonly string[]): Promise<void> {
  const { ok, said } = await systemctl(...args)
  if (!ok)
    throw new HoldfastError(
      'NO_SERVICE_MANAGER',
      `This failed: systemctl --user ${args.join(' ')}: ${said.split('\n')[0]}`
    )
}

function systemctl(...args: readonly string[]): Promise<{ ok: boolean; said: string }> {
  return new Promise((resolve) => {
    execFile('systemctl', ['--user', ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, said: (stdout.trim() || stderr.trim()).slice(0, 500) })
    )
  })
}
