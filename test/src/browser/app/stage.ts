import { bringUp, newStage, PHONE } from '../harness.ts'

/** What a fake camera of the browser shows. */
const FILM = 'camera.y4m'

/** One relay, one laptop and one browser for every scene of a file of tests: starting them for each would take longer than the scenes. */
export const stage = await newStage({
  flags: (folder) => [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${folder}/${FILM}`
  ]
})

export const film: string = stage.path(FILM)

// Here and not in the scenes: what waits at its top registers its tests when those before it may have ended.
/** Makes a vault of its own. */
export const alone = await stage.phone()
/** Is paired with the laptop by the first scene that does so. */
export const phone = await stage.phone()

/** For a phone that need not work offline: it would fetch every file once more. */
export const WITHOUT_PRECACHE = { ...PHONE, serviceWorkers: 'block' } as const

let up: Promise<void> | undefined

/** Resolves when relay and laptop are up. */
export function everybodyUp(): Promise<void> {
  return (up ??= bringUp(stage))
}
