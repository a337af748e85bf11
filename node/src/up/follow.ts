import { followCopies } from '../folder/copies-duty.ts'
import type { Log } from '../log/log.ts'
import { noteEngine } from '../log/note-engine.ts'
import type { Output } from '../term/output.ts'
import type { Ends } from './ends.ts'
import type { Opened } from './open.ts'
import { Problems } from './problems.ts'

/** From now on what changes in the folders, and what comes from others, is followed. Returns who tells what is wrong. */
export function follow({ engine, folders, settings }: Opened, output: Output, log: Log, ends: Ends): Problems {
  const problems = new Problems(engine, settings, output, log)
  folders.start({
    scanIntervalS: settings['scan.interval'],
    trashDays: settings['keep.trashDays'],
    onPass: (folder, state, ms) => problems.onPass(folder, state, ms)
  })
  ends.push(noteEngine(log, engine))
  ends.push(followCopies(engine, folders, settings))
  return problems
}
