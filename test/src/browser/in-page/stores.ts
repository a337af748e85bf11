// The conformance suites of the stores, for a page: store.test.ts builds it, opens it and runs what it registers.
/// <reference types="vite/client" />
import { initBlake3 } from '@holdfast/core/proof/platform.web'
import { openIdbBlobs } from '@holdfast/pwa/store/idb-blobs'
import { deleteDatabase } from '@holdfast/pwa/store/database'
import { openIdbKv } from '@holdfast/pwa/store/idb-kv'
import { damageStored, storedContains } from '@holdfast/pwa/store/testing'
import wasm from 'blake3/dist/wasm/web/blake3_js_bg.wasm?url'
import { blobStoreConformance } from '../../conformance/blob-store.ts'
import { kvStoreConformance } from '../../conformance/kv-store.ts'
import type { Subject } from '../../conformance/subject.ts'
import { registered } from './node-test.ts'

let made = 0

async function inDatabase<Store>(open: (name: string) => Promise<Store>): Promise<Subject<Store>> {
  const name = `subject-${made++}`
  return {
    open: () => open(name),
    rawContains: storedContains,
    damage: damageStored,
    remove: () => deleteDatabase(name)
  }
}

kvStoreConformance('idb-kv', () => inDatabase((name) => openIdbKv(name, { lockWaitMs: 50 })))
blobStoreConformance('idb-blobs', () => inDatabase((name) => openIdbBlobs(name)))

const page = globalThis as unknown as { suites: { titles: string[]; run(at: number): Promise<string | undefined> } }
await initBlake3(wasm)
page.suites = {
  titles: registered.map(({ title }) => title),
  run: (at) =>
    registered[at]!.work().then(
      () => undefined,
      (error: unknown) =>
        error instanceof Error ? `${error.message}\n${error.stack}\n${String(error.cause)}` : String(error)
    )
}
