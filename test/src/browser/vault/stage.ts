import { bringUp, newStage } from '../harness.ts'
import { servePage } from '../in-page/serve.ts'

/** One relay, one laptop and one browser for every scene. All that is carried here between browser and others, a WebSocket carries. */
export const stage = await newStage({ isBehindRelay: true })

/** Where the page is that has the vault and nothing around it. */
export const address = await servePage('vault')

let up: Promise<void> | undefined

/** Resolves when relay and laptop are up. */
export function everybodyUp(): Promise<void> {
  return (up ??= bringUp(stage))
}
