import { HoldfastError } from '../base/errors.ts'
import type { Place } from '../engine/place.ts'
import { shredAll } from '../engine/sharing/shredding.ts'
import { count } from '../base/amounts.ts'
import { printablePath } from '../base/printable.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { goneAt } from './gone.ts'
import { contentOf } from './look.ts'
import { assertMayWrite, assertNoMount } from './mounts.ts'
import type { OperationIo } from './operation.ts'
import { everythingAt, look, lookUp } from './places.ts'

/** The commands that make and remove names: mkdir, rm. Each waits until its entries are durable here. */

export function parsePaths(value: unknown): { paths: string[][] } {
  return { paths: new Arguments(value).paths('paths') }
}

/** Folders that are there already are fine. */
export async function makeFolders(
  engine: OpEngine,
  { paths }: { paths: readonly (readonly string[])[] },
  io: OperationIo
): Promise<void> {
  for (const path of paths) {
    if (path.length > 0 && look(engine, path)?.node.kind !== 'folder') {
      const place = engine.place(path)
      await place.vault.makeFolder(place.path)
    }
    await io.emit({ type: 'folder', path: pathText(path) })
  }
}

export interface RemoveArgs {
  readonly paths: readonly (readonly string[])[]
  readonly shred: boolean
  readonly force: boolean
  readonly dryRun: boolean
}

export function parseRemove(value: unknown): RemoveArgs {
  const args = new Arguments(value)
  return {
    paths: args.paths('paths'),
    shred: args.flag('shred'),
    force: args.flag('force'),
    dryRun: args.flag('dryRun')
  }
}

/** `rm` can be undone by `restore`. With `shred`, keys and bytes of every version are destroyed, here and at every honest replica. */
export async function remove(engine: OpEngine, args: RemoveArgs, io: OperationIo): Promise<void> {
  for (const path of args.paths) {
    if (path.length === 0) throw new HoldfastError('USAGE', 'the root cannot be removed')
    // What was removed before can still be shredded, so only plain removal has to find something.
    const found = args.shred ? look(engine, path) : lookUp(engine, path)
    // One shared file is destroyed like any other; a shared folder file by file.
    const isSharedFile = args.shred && found?.mount !== undefined && found.mount.file !== null
    if (found !== undefined && !isSharedFile) assertNoMount(engine, found)
  }
  if (args.dryRun) return listOnly(engine, args, io)
  if (args.shred && !args.force) await confirm(engine, args.paths, io)
  let done = 0
  for (const path of args.paths) {
    io.signal.throwIfAborted()
    if (args.shred) {
      await shred(engine, path, io)
    } else {
      const place = engine.place(path)
      assertMayWrite(engine, place.vault)
      const conflicts = conflictsBelow(place)
      await place.vault.remove(place.path)
      await io.emit({ type: 'removed', path: pathText(path), ...(conflicts === 0 ? {} : { conflicts }) })
    }
    done += 1
  }
  await io.emit({ type: 'done', removed: done })
}

/** Of a folder: how many files in it are in conflict. That ends with it: each content comes back as a file of its own. */
function conflictsBelow({ vault, path }: Place): number {
  const { tree } = vault.index
  if (tree.resolve(path)?.kind !== 'folder') return 0
  const isBelow = (at: readonly string[]): boolean =>
    path.every((name, i) => at[i]?.normalize('NFC') === name.normalize('NFC'))
  return tree.conflicts().filter(({ file }) => isBelow(tree.pathOf(file) ?? [])).length
}

/** What stands there, and what was removed from there and could still be restored. */
async function shred(engine: OpEngine, path: readonly string[], io: OperationIo): Promise<void> {
  const place = engine.place(path)
  const { tree } = place.vault.index
  const node = tree.resolve(place.path)
  const targets = new Set([...(node === undefined ? [] : [node.id]), ...goneAt(tree, place.path).roots])
  if (targets.size === 0) throw new HoldfastError('NOT_FOUND')
  const { files, objects } = await shredAll(engine, place, [...targets])
  await io.emit({ type: 'shredded', path: pathText(path), files, objects })
}

async function listOnly(engine: OpEngine, { paths, shred }: RemoveArgs, io: OperationIo): Promise<void> {
  for (const path of paths) {
    for (const { path: at, node } of everythingAt(engine, path)) {
      await io.emit({
        type: shred ? 'would-shred' : 'would-remove',
        path: pathText(at),
        bytes: contentOf(node)?.size ?? 0
      })
    }
  }
}

async function confirm(engine: OpEngine, paths: readonly (readonly string[])[], io: OperationIo): Promise<void> {
  const found = paths.flatMap((path) => (look(engine, path) === undefined ? [] : [...everythingAt(engine, path)]))
  const files = found.filter(({ node }) => node.kind !== 'folder').length
  const what = paths.length === 1 ? printablePath(paths[0]!) : `${paths.length} paths`
  const question = `Destroy ${what} (${count(files, 'file')}, every version, on every device and relay)? This cannot be undone.`
  if (!(await io.ask({ question }))) throw new HoldfastError('ABORTED', 'Nothing was destroyed.')
}
