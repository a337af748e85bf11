import type { Index } from '@holdfast/core/index/index'
import { Index as IndexClass } from '@holdfast/core/index/index'
import { Applier } from '@holdfast/core/vault/applier'
import { indexPast } from '@holdfast/core/vault/index-past'
import { IndexSave } from '@holdfast/core/vault/index-save'
import { Keyring } from '@holdfast/core/vault/keyring'
import { splitLogId } from '@holdfast/core/base/ids'
import type { IndexOptions } from '@holdfast/core/index/entry'
import type { DeviceRun } from './device-run.ts'
import type { SimDevice } from './device.ts'

/** Builds the index anew from the log, and loads the saved one: both must be the one in use. Undefined: they are. */
export async function checkIndex(device: SimDevice): Promise<string | undefined> {
  const run = device.run!
  const { vault } = run
  await vault.settled()
  const before = fingerprint(vault.index)
  const entries = vault.replica.log.order().length
  const rebuilt = await buildAnew(run)
  await vault.saveIndex()
  const loaded = await loadSaved(run)
  // Something arrived meanwhile: another time.
  if (entries !== vault.replica.log.order().length || before !== fingerprint(vault.index)) return undefined
  if (rebuilt !== before) return `the index built from the log is another: ${difference(before, rebuilt)}`
  if (loaded !== documentsOf(vault.index)) return 'the saved index loads as another'
  return undefined
}

async function buildAnew(run: DeviceRun): Promise<string> {
  const keyring = new Keyring(run.vault.id, run.host.secrets)
  const applier = new Applier({ replica: run.vault.replica, keyring, index: IndexClass.create(optionsOf(run)) })
  await applier.run()
  const print = fingerprint(applier.index)
  applier.index.close()
  return print
}

async function loadSaved(run: DeviceRun): Promise<string> {
  const { kv, host, vault } = run
  const saved = new IndexSave({ kv, vault: vault.id, deviceSecret: host.secrets.xSecret, random: host.rng })
  const index = await saved.load(optionsOf(run), (entry) => vault.replica.log.isCounted(entry))
  const documents = documentsOf(index)
  index.close()
  return documents
}

function optionsOf({ vault }: DeviceRun): IndexOptions {
  const { replica } = vault
  return {
    vault: vault.id,
    documents: replica.log.genesis.documents,
    pastOf: (entry) => indexPast(replica.log.pastOf(entry)),
    deviceName: (log) => vault.deviceName(splitLogId(log).device)
  }
}

function documentsOf(index: Index): string {
  return JSON.stringify([...index.heads()].sort(([a], [b]) => a - b).map(([doc, heads]) => [doc, [...heads].sort()]))
}

/** Everything a person can see of it, one line each. */
export function treeOf(index: Index): string[] {
  const live = [...index.tree.walk(null)].map(({ path, node }) => {
    const { content } = node
    const what =
      content === undefined || content.kind === 'folder'
        ? node.kind
        : `${content.kind} ${content.object} ${content.size}`
    const kept = index.tree.versions(node.id).kept.map(({ object }) => object.slice(0, 8))
    return `${path.join('/')} ${node.id} ${what} ${kept.join()}`
  })
  const gone = index.tree
    .deleted()
    .map(
      ({ file, name, versions }) => `gone ${name} ${file} ${versions.map(({ object }) => object.slice(0, 8)).join()}`
    )
  return [...live, ...gone]
}

function fingerprint(index: Index): string {
  return [documentsOf(index), ...treeOf(index)].join('\n')
}

function difference(a: string, b: string): string {
  const [left, right] = [new Set(a.split('\n')), new Set(b.split('\n'))]
  const only = (of: ReadonlySet<string>, not: ReadonlySet<string>): string[] =>
    [...of].filter((line) => !not.has(line)).slice(0, 2)
  return `${JSON.stringify(only(left, right))} instead of ${JSON.stringify(only(right, left))}`.slice(0, 800)
}
