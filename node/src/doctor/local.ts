import { bytesText, count } from '@holdfast/core/base/amounts'
import { wrongSettings } from '../home/wrong-settings.ts'
import { fine, found, type Check } from './check.ts'
import type { Machine } from './machine.ts'

/** This version was written then: a clock before it is wrong. */
const WRITTEN_MS = Date.UTC(2026, 0, 1)
const YEARS_AHEAD_MS = 20 * 365.25 * 86_400_000

/** Less is too little for a store to go on safely; below the other it will soon be. */
const LEAST_BYTES = 64 * 2 ** 20
const LOW_BYTES = 2 ** 30
/** Other programs of this user watch folders, too. */
const WATCHES_SHARE = 0.8

/** What can be seen without the home being open. `folders`: how many there are to watch. */
export async function localChecks(machine: Machine, home: string, folders: number): Promise<Check[]> {
  return [await settings(home), clock(machine), await disk(machine, home), await watches(machine, folders)]
}

/** What runs would not start again with a wrong one. */
async function settings(home: string): Promise<Check> {
  const wrong = await wrongSettings(home)
  if (wrong === undefined) return fine('settings', 'The settings can be read.')
  return found('settings', 'error', wrong.code, wrong.message)
}

function clock(machine: Machine): Check {
  const nowMs = machine.nowMs()
  if (nowMs >= WRITTEN_MS && nowMs < WRITTEN_MS + YEARS_AHEAD_MS) return fine('clock', 'The clock can be right.')
  const shown = new Date(nowMs).toISOString().slice(0, 10)
  return found('clock', 'error', 'CLOCK_WRONG', `The clock of this computer says ${shown}.`)
}

async function disk(machine: Machine, home: string): Promise<Check> {
  const space = await machine.disk(home).catch(() => undefined)
  if (space === undefined) return fine('disk', 'The disk does not say how full it is.')
  const said = `${bytesText(space.freeBytes)} of ${bytesText(space.totalBytes)} are free where the home lies.`
  if (space.freeBytes < LEAST_BYTES) return found('disk', 'error', 'STORE_FULL', said)
  if (space.freeBytes < LOW_BYTES) return found('disk', 'warning', 'DISK_LOW', said)
  return fine('disk', said)
}

async function watches(machine: Machine, folders: number): Promise<Check> {
  const most = await machine.mostWatches()
  if (most === undefined) return fine('inotify', 'This system does not limit how many folders are watched.')
  const said = `${count(folders, 'folder')} to watch; this system allows ${most} a user.`
  if (folders > most) return found('inotify', 'error', 'WATCHES_LOW', said)
  if (folders > most * WATCHES_SHARE) return found('inotify', 'warning', 'WATCHES_LOW', said)
  return fine('inotify', said)
}
