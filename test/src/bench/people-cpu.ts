/**
 * What one device does alone for many people: `node test/dist/bench/people-cpu.js MEMBERS FILES`. One JSON object a line.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountStatementsIn } from '@holdfast/core/log/account-statements'
import { chainTo } from '@holdfast/core/log/certificate-chain'
import { cardText, makeCard } from '@holdfast/core/vault/contact-card'
import { contactsOf } from '@holdfast/core/vault/contacts'
import { Engine } from '@holdfast/core/engine/engine'
import { openHome } from '@holdfast/node/home/open'
import { initHome } from '@holdfast/node/home/open'
import { invite, removeMember, sharedAt } from '@holdfast/core/engine/sharing/sharing'
import { runIn } from '../e2e/people.ts'

const [members = 20, files = 10_000] = process.argv.slice(2).map(Number)
const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-people-'))
const anna = join(folder, 'anna')
await initHome(anna, { passphrase: 'bench', name: 'laptop', storeCredentials: true }).then(({ home }) => home.close())
const cards: string[] = []
for (let at = 1; at < members; at++) {
  const name = `friend ${at}`
  const home = join(folder, name)
  await initHome(home, { passphrase: 'bench', name: 'laptop', storeCredentials: true }).then((made) =>
    made.home.close()
  )
  cards.push(await within(home, (engine) => cardOf(engine, name)))
}
await unshare()
await rm(folder, { recursive: true })

/** One of many members is taken out of a folder of many files. */
async function unshare(): Promise<void> {
  const from = join(folder, 'files')
  mkdirSync(from)
  for (let at = 0; at < files; at++) writeFileSync(join(from, `file ${at}`), `content ${at}`)
  await within(anna, async (engine) => {
    for (const card of cards) await runIn(engine, 'contact add', { card, verified: true })
    await runIn(engine, 'add', { paths: [from], to: '/docs' })
    const { vault, mount } = await sharedAt(engine, ['docs'])
    const contacts = contactsOf(engine.personal.index)
    for (const contact of contacts) await invite(engine, vault, contact, 'writer', 'docs', mount.file)
    const before = await blobsOf(engine)
    const used = await cpuOf(() => removeMember(vault, contacts[0]!.card.account))
    const sealedAgain = (await blobsOf(engine)) - before
    say({
      measure: 'unshare',
      members,
      files,
      cpuSeconds: used,
      sealedAgain,
      target: 'under 1 CPU s, nothing sealed again'
    })
  })
}

/** With a relay that nobody can reach: invitations stay here. */
async function cardOf({ accountVault, home }: Engine, name: string): Promise<string> {
  const { account, root, recovery } = home.state
  const statements = accountStatementsIn(accountVault.log, account)
  const card = await makeCard({
    root,
    recovery,
    name,
    chain: chainTo(home.secrets.device, root, statements),
    relays: [{ peer: home.secrets.device, name: 'nowhere', addresses: ['/ip4/127.0.0.1/tcp/9'] }],
    floor: statements.map(({ hash }) => hash),
    seed: home.secrets.seed
  })
  return cardText(card)
}

async function within<T>(at: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const home = await openHome(at, {})
  const engine = await Engine.start(home)
  try {
    return await work(engine)
  } finally {
    await engine.stop()
    await home.close()
  }
}

async function blobsOf(engine: Engine): Promise<number> {
  let count = 0
  for await (const _ of engine.home.blobs.list()) count++
  return count
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return round((user + system) / 1e6)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
