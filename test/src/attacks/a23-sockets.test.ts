import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { VaultId } from '@holdfast/core/base/ids'
import { decodePairingLink } from '@holdfast/core/vault/pairing-messages'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import { encodeBlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import { encodeMessage } from '@holdfast/core/sync/wire/messages'
import { Engine } from '@holdfast/core/engine/engine'
import { joinByLink, offerDevice } from '@holdfast/core/engine/account/pairing'
import { initHome } from '@holdfast/node/home/open'
import { DiskPlace } from '@holdfast/node/home/disk-place'
import { nodePlatform, systemRandom } from '@holdfast/node/home/platform'
import { newDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { Channel } from '@holdfast/core/net/channel'
import { FRAME } from '@holdfast/core/net/frame'
import { createHost } from '@holdfast/node/net/host'
import { BLOB_PROTOCOL, SYNC_PROTOCOL } from '@holdfast/core/net/protocols'
import { createRpcClient } from '@holdfast/core/net/rpc'
import { until } from './scene/link.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-sockets-'))
const closing: (() => Promise<unknown>)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
  await rm(folder, { recursive: true, force: true })
})

test('A23 A32 over real sockets: strangers get nothing, a member who sends garbage, forgeries and foreign questions is cut off, and honest devices go on', async () => {
  const { laptop, phone } = await twoLaptops()
  await add(laptop, 'mine.txt', 'mine')
  await phone.syncOnce()
  assert.ok(phone.vault.index.tree.resolve(['mine.txt']))
  await phone.goOffline()
  const before = names(laptop)
  const address = { peerKey: laptop.home.secrets.device, addresses: laptop.network.host.addresses() }

  const stranger = await createHost({ key: (await newDeviceSecrets(systemRandom)).seed, listen: [] })
  closing.push(() => stranger.stop())
  const reaching = async (): Promise<void> => {
    const channel = await (await stranger.dial(address)).open(SYNC_PROTOCOL)
    await channel.send({
      kind: FRAME.message,
      id: 0,
      header: encodeMessage({ kind: 'hello', role: 'device', vaults: [], nowMs: 0 }),
      body: NOTHING
    })
    if ((await channel.next()) === null) throw Object.assign(new Error('closed'), { code: 'DISCONNECTED' })
  }
  await assert.rejects(reaching(), (error: { code?: string }) =>
    ['REFUSED', 'DISCONNECTED', 'PEER_FAILED', 'TIMEOUT'].includes(error.code ?? '')
  )

  const member = await createHost({ key: phone.home.secrets.seed, listen: [] })
  const peer = phone.home.secrets.device
  const hello = encodeMessage({
    kind: 'hello',
    role: 'device',
    vaults: [{ vault: laptop.vault.id, digest: '00'.repeat(32), told: null }],
    nowMs: 0
  })
  const forged = encodeMessage({
    kind: 'entries',
    vault: laptop.vault.id,
    role: 'pushed',
    entries: [{ entry: utf8('no entry'), records: [] }]
  })
  const attacks: Record<string, readonly Uint8Array[]> = {
    garbage: Array.from({ length: 8 }, (_, at) => utf8(`garbage ${at}`)),
    forgeries: [hello, ...Array.from({ length: 8 }, () => forged)],
    'entries before a hello': Array.from({ length: 8 }, () => forged)
  }
  for (const [name, messages] of Object.entries(attacks)) {
    const connection = await member.dial(address)
    const channel = await connection.open(SYNC_PROTOCOL)
    for (const header of messages)
      await channel.send({ kind: FRAME.message, id: 0, header, body: NOTHING }).catch(() => undefined)
    await ended(channel, name)
    await connection.close()
  }
  assert.ok(laptop.problems().some((problem) => problem.code === 'PEER_LIES' && problem.peer === peer))
  assert.deepEqual(names(laptop), before)

  const connection = await member.dial(address)
  const sync = await connection.open(SYNC_PROTOCOL)
  await sync.send({ kind: FRAME.message, id: 0, header: hello, body: NOTHING })
  const client = createRpcClient(await connection.open(BLOB_PROTOCOL))
  const content = laptop.vault.index.tree.resolve(['mine.txt'])!.content!
  assert.ok(content.kind !== 'folder')
  const get = (vault: VaultId) => client.request(encodeBlobRequest({ kind: 'get', vault, blobs: [content.manifest] }))
  await until(
    () =>
      get(laptop.vault.id).then(
        ({ body }) => (body?.length ?? 0) > 0,
        () => false
      ),
    'a member may read'
  )
  assert.equal((await get(laptop.accountVault.id)).body?.length ?? 0, 0)
  await assert.rejects(get('ab'.repeat(32) as VaultId), { code: 'REFUSED' })
  await assert.rejects(client.request(utf8('no question')), (error) => isHoldfastError(error))
  await member.stop()

  await add(phone, 'from the phone.txt', 'honest')
  await add(laptop, 'later.txt', 'later')
  await phone.syncOnce()
  for (const engine of [laptop, phone]) assert.deepEqual(names(engine), ['from the phone.txt', 'later.txt', 'mine.txt'])
})

const NOTHING = new Uint8Array(0)

async function twoLaptops(): Promise<{ laptop: Engine; phone: Engine }> {
  const { home } = await initHome(join(folder, 'a'), { name: 'laptop', passphrase: 'x' })
  const laptop = await Engine.start(home, { listen: ['/ip4/127.0.0.1/tcp/0'], connect: true })
  closing.push(() => laptop.stop().then(() => home.close()))
  await laptop.vault.ensureEpoch()
  const { link, finished } = offerDevice(laptop, { approve: async () => true })
  const joined = await joinByLink(new DiskPlace(join(folder, 'b')), nodePlatform, decodePairingLink(link), {
    name: 'phone',
    newHome: async () => ({ name: 'phone', passphrase: 'x' }),
    showWords: () => undefined
  })
  await finished
  const phone = await Engine.start(joined.home)
  closing.push(() => phone.stop().then(() => joined.home.close()))
  return { laptop, phone }
}

async function add(engine: Engine, name: string, text: string): Promise<void> {
  const item = {
    path: [name],
    kind: 'file',
    executable: false,
    mtimeMs: 1,
    content: sourceOfBytes(utf8(text))
  } as const
  await engine.vault.addTree(
    (async function* () {
      yield item
    })(),
    []
  )
}

function names(engine: Engine): string[] {
  return engine.vault.index.tree.list(null).map(({ name }) => name)
}

/** Until the other side has hung up. */
async function ended(channel: Channel, name: string): Promise<void> {
  let over = false
  void channel.closed.then(() => (over = true))
  void (async () => {
    while ((await channel.next()) !== null);
  })().then(
    () => (over = true),
    () => (over = true)
  )
  await until(() => over, `cut off after ${name}`)
}
