import { rm } from 'node:fs/promises'
import { bytesText, count } from '@holdfast/core/base/amounts'
import { printable } from '@holdfast/core/base/printable'
import type { Device } from './cast/device.ts'
import { meet } from './cast/meet.ts'
import { textOf, writeNote } from './notes.ts'
import type { JsonEvent } from './process/child.ts'
import { eventOf } from './process/programs.ts'
import { ANNA, assertHolds, BEN, DOCS, NOTES } from './scene.ts'
import type { Scene } from './scene.ts'
import { compareFolders } from './search/compare.ts'
import { saidBy } from './search/said.ts'
import { until } from './until.ts'

/** The second half: somebody else is let in, and a relay dies. */

/** What Anna writes on: the sample is ours to change, in a folder of the user's she adds a file. */
const LETTER = 'letter to my future self.txt'
const HER_NOTE = 'a note from anna.txt'
const HER_LINE = '\nRead it under the stairs. Yours, Anna\n'

export async function shareFolder(scene: Scene): Promise<void> {
  const { teller, attic, laptop, desktop, anna, stage, source } = scene
  teller.act(7, 'A second person, Anna, gets the folder: shared while she is away, taken while the laptop is')
  await scene.backstage.awaited('anna')
  const words = await meet([laptop, BEN], [anna, ANNA])
  teller.held('she has an account of her own; they exchanged cards, and both see the same twelve words:')
  teller.detail(words)
  await anna.goDown()
  const before = await attic.status()
  const shared = eventOf({ events: await laptop.call('share', { path: DOCS, with: ANNA, role: 'writer' }) }, 'shared')
  await laptop.sync()
  const uploaded = Number((await attic.status())['bytes']) - Number(before['bytes'])
  assertHolds(uploaded === 0, `Sharing uploaded ${bytesText(uploaded)} again.`)
  await laptop.goDown()
  teller.fact(
    `while she is offline ${DOCS} is shared with her; nothing is uploaded again. Then the laptop goes offline`
  )
  assertHolds(shared['delivered'] === true, 'The invitation does not wait at her relay.')
  await anna.goUp()
  const path = await accept(anna)
  await anna.sync({
    onEvent: (event) =>
      event.type === 'progress' && teller.progress(`${bytesText(Number(event['receivedBytes']))} came`)
  })
  const events = await anna.call('get', { paths: [path], out: stage.receivedByAnna, contents: true })
  const { files, bytes, different } = await compareFolders(source, stage.receivedByAnna, saidBy(events, path))
  assertHolds(different.length === 0, `Not the same for Anna: ${different.slice(0, 5).join(', ')}`)
  await rm(stage.receivedByAnna, { recursive: true })
  teller.held(`Anna comes, and accepts: ${path}, ${count(files, 'file')}, ${bytesText(bytes)}, byte for byte the same`)
  await herEdit(scene, path)
  assertHolds((await desktop.conflicts()).length === 1, 'Her edit was taken for a conflict.')
}

/** Returns where it is in her vault. */
async function accept(anna: Device): Promise<string> {
  const { id } = await until('the invitation', async () =>
    (await anna.call('invites')).find(({ type }) => type === 'invite')
  )
  return String(eventOf({ events: await anna.call('accept', { id }) }, 'accepted')['path'])
}

async function herEdit({ teller, laptop, desktop, anna, stage, source }: Scene, at: string): Promise<void> {
  const name = source === stage.sample ? LETTER : HER_NOTE
  const before = source === stage.sample ? await textOf(anna, `${at}/${name}`) : ''
  await writeNote(anna, stage, name, before + HER_LINE, at)
  await anna.sync()
  await laptop.goUp()
  const authorOf = (event: JsonEvent | undefined): unknown => (event?.['author'] as JsonEvent | undefined)?.['name']
  const isHers = async (device: Device): Promise<true | undefined> => {
    const listed = await device.call('ls', { path: DOCS, long: true })
    return authorOf(listed.find(({ path }) => path === `${DOCS}/${name}`)) === ANNA ? true : undefined
  }
  for (const device of [laptop, desktop]) await until(`what Anna wrote, on the ${device.name}`, () => isHers(device))
  for (const device of [laptop, desktop]) {
    assertHolds((await textOf(device, `${DOCS}/${name}`)) === before + HER_LINE, 'What Anna wrote came back changed.')
  }
  teller.held(`she writes ${printable(name)}; the laptop comes back and has it, signed by her`)
}

const LATE = 'added while the pi is dead.txt'

export async function loseRelay({ teller, pi, laptop, desktop, stage }: Scene): Promise<void> {
  teller.act(8, 'One relay is killed, and nothing stops')
  const { pid } = pi
  await pi.goDown('SIGKILL')
  teller.fact(`the pi is killed (SIGKILL, process ${pid})`)
  const text = `written at ${new Date().toISOString()}\n`
  await writeNote(laptop, stage, LATE, text)
  const path = `${NOTES}/${LATE}`
  await until(`${path} on the desktop`, async () => {
    const listed = await desktop.call('ls', { path: NOTES, long: true })
    return listed.find((one) => one['path'] === path && one['state'] === 'here')
  })
  assertHolds((await textOf(desktop, path)) === text, `The desktop has something else in ${path}.`)
  teller.held('a file that the laptop adds arrives on the desktop all the same, over the attic')
  await pi.goUp()
  await Promise.all([laptop.sync(), desktop.sync()])
  const [{ held }] = await until('both relays to be whole', async () => {
    const relays = (await laptop.call('relay ls')).filter(({ type }) => type === 'relay')
    const areWhole = relays.every((one) => one['inStep'] === true && one['held'] === one['objects'])
    return areWhole ? (relays as [JsonEvent]) : undefined
  })
  const { incomplete, damaged } = await pi.status()
  assertHolds(incomplete === 0 && damaged === 0, 'The pi did not become whole again.')
  teller.held(
    `started again, the pi gets what it missed: all ${count(Number(held), 'version')} of files are whole on both relays`
  )
}
