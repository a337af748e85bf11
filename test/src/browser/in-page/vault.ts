// The vault of an origin as a page has it, without the app: vault-page.ts opens it and calls it.
import { connect } from '@holdfast/pwa/bridge/connect'
import type { VaultWorker } from '@holdfast/pwa/bridge/vault-worker'
import { promisifyRequest } from 'idb-keyval'
import { storedContains } from '@holdfast/pwa/store/testing'
import { noise as noiseBytes } from '../../conformance/subject.ts'

const vault: VaultWorker = connect()
Object.assign(globalThis, { vault, until, untilTrue, noise, sha256, stored, contains })

/** Resolves when the vault is in this phase. */
function until(phase: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (vault.state.phase === phase) resolve()
    }
    vault.onState(look)
    look()
  })
}

/** Resolves when `look` says so: asked again whenever something may be different. */
function untilTrue(look: () => Promise<boolean>): Promise<void> {
  return new Promise((resolve, reject) => {
    let running = false
    let again = false
    const ask = async (): Promise<void> => {
      again = true
      if (running) return
      running = true
      while (again) {
        again = false
        if (await look()) {
          stop()
          resolve()
        }
      }
      running = false
    }
    const stop = vault.onChange(() => void ask().catch(reject))
    void ask().catch(reject)
  })
}

function noise(seed: number, size: number): Blob {
  return new Blob([noiseBytes(seed, size) as Uint8Array<ArrayBuffer>])
}

/** Of a file of the vault, read as a player would. */
async function sha256(path: string, size: number): Promise<string> {
  const all = new Uint8Array(size)
  for (let at = 0; at < size; at += STEP) all.set(await vault.read(path, at, Math.min(size, at + STEP)), at)
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all))
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

const STEP = 1 << 20

/** One file of the home, as the browser stores it; null where there is none. */
async function stored(file: string): Promise<number[] | null> {
  const database = await promisifyRequest(indexedDB.open('holdfast-files'))
  const bytes = await promisifyRequest<Uint8Array | undefined>(
    database.transaction('keyval').objectStore('keyval').get(file)
  )
  database.close()
  return bytes === undefined ? null : [...bytes]
}

/** Which of these stand in any value of any database. */
async function contains(needles: number[][]): Promise<boolean[]> {
  const found: boolean[] = []
  for (const needle of needles) found.push(await storedContains(Uint8Array.from(needle)))
  return found
}
