import { Door } from './door.ts'
import { showPiView } from './pi-view.ts'
import type { Scene } from './scene.ts'
import { showScreen, showTry } from './screen.ts'
import { watchDevice } from './watch.ts'

/** Stays up until the signal fires, says what happens on the devices, and does what keys ask for. */
export async function stayUp(scene: Scene, signal: AbortSignal): Promise<void> {
  const keys = process.stdin.isTTY === true && scene.teller.terminal
  const door = new Door(scene, signal, keys)
  scene.teller.line()
  await door.open()
  if (signal.aborted) return
  showTry(scene, keys)
  const watches = [scene.laptop, scene.desktop, scene.anna].map((device) => watchDevice(device, scene.teller))
  try {
    await (keys ? followKeys(scene, door, signal) : untilAborted(signal))
  } finally {
    for (const stop of watches) stop()
  }
}

type Deed = (scene: Scene, door: Door) => Promise<void>

const DEEDS: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ['o', switchLaptop],
  ['k', killPi],
  ['v', showPiView],
  ['p', (_scene, door) => door.offer()]
])

/** One deed at a time; keys pressed meanwhile wait. */
async function followKeys(scene: Scene, door: Door, signal: AbortSignal): Promise<void> {
  const { stdin } = process
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  try {
    await new Promise<void>((resolve) => {
      let busy = Promise.resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
      stdin.on('data', (key: string) => {
        if (key === 'q' || key === CTRL_C || key === CTRL_D) return resolve()
        if (key === 'y' || key === 'n') return door.answer(key === 'y')
        const deed = DEEDS.get(key.toLowerCase())
        if (deed === undefined) return
        busy = busy.then(() => deed(scene, door)).catch((error: unknown) => scene.teller.line(`  ${String(error)}`))
      })
    })
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
  }
}

async function switchLaptop(scene: Scene): Promise<void> {
  const { laptop, teller } = scene
  if (laptop.isUp) {
    await laptop.goDown()
    teller.line('  laptop offline: what is added there now is sealed and waits. [o] brings it back.')
  } else {
    await laptop.goUp()
    await laptop.sync()
    teller.line('  laptop online again, everything exchanged')
    await showScreen(scene)
  }
}

async function killPi(scene: Scene): Promise<void> {
  const { pi, teller } = scene
  const { pid } = pi
  await pi.goDown('SIGKILL')
  teller.line(`  pi killed (SIGKILL, process ${pid}); the attic goes on meanwhile ...`)
  await pi.goUp()
  const { blobs, damaged } = await pi.status()
  teller.line(
    `  pi up again: ${String(blobs)} blobs as before, ${String(damaged)} damaged; the devices come back by themselves`
  )
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A pending promise alone would let the process end.
    const alive = setInterval(() => undefined, 1 << 30)
    const end = (): void => {
      clearInterval(alive)
      resolve()
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
