// The vault of an origin as a page has it, without the app: worker.test.ts and its like build it and call it.
import { connect } from '@holdfast/pwa/bridge/connect'
import type { VaultWorker } from '@holdfast/pwa/bridge/vault-worker'

const page = globalThis as unknown as { vault: VaultWorker; until: typeof until }
page.vault = connect()
page.until = until

/** Resolves when the vault is in this phase. */
function until(phase: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (page.vault.state.phase === phase) resolve()
    }
    page.vault.onState(look)
    look()
  })
}
