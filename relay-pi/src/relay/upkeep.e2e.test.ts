import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SIGN } from '@holdfast/core/base/labels'
import { blake3Id } from '@holdfast/core/proof/blake3'
import type { BlobId } from '@holdfast/core/base/ids'
import { sign } from '@holdfast/core/proof/sign'
import { encodeBlobRequest, encodeIntent } from '@holdfast/core/sync/wire/blob-messages'
import { BLOB_PROTOCOL } from '@holdfast/core/net/protocols'
import { createRpcClient } from '@holdfast/core/net/rpc'
import type { RpcClient } from '@holdfast/core/net/rpc'
import { objectNamed, filler } from '../testing/client.ts'
import { ask, command, RelayProcess } from '../testing/relay-process.ts'
import { scene, until } from '../testing/scene.ts'
import type { Scene } from '../testing/scene.ts'

test('a damaged blob is found, named in the status, given to nobody, and repaired from a member', async (t) => {
  const s = await scene(t)
  const { at, laptop, phone, vault } = s
  const { record } = await laptop.add(vault, 'film', [filler('manifest', 900), filler('film', 1_000_000)])
  await (await laptop.connect(at)).idle()
  const film = record.blobs[0]!.id
  await laptop.host.stop()
  await s.relay.end('SIGTERM')
  assert.equal(await flip(s.relay.home, filler('film', 1_000_000)), 1, 'the bytes lie in one file')

  const alone = await command(s.relay.home, 'verify')
  assert.equal(alone.code, 14)
  const verified = alone.lines.find(({ type }) => type === 'verified')
  assert.deepEqual([verified?.['checked'], verified?.['found'], verified?.['damaged']], [2, 1, 1])
  assert.equal((await ask(s.relay.home, 'status'))['damaged'], 1)

  s.relay = await RelayProcess.start(s.relay.home)
  const now = { relay: at.relay, addresses: s.relay.addresses }
  const session = await phone.connect(now)
  await session.idle()
  await phone.exchange.idle()
  assert.ok(!phone.home.blobs.blobs.has(film), 'what is damaged is not handed on')
  // Now the phone has it from elsewhere: the relay asks it as soon as it hears of a member that is in step.
  await phone.home.blobs.put(film, filler('film', 1_000_000))
  phone.exchange.wanted.stored([film])
  session.stop()
  await (await phone.connect(now)).idle()
  await until(async () => (await ask(s.relay.home, 'status'))['damaged'] === 0)
  const again = await ask(s.relay.home, 'verify')
  assert.deepEqual([again['checked'], again['found'], again['damaged']], [2, 0, 0])
})

test('collecting deletes what nothing names, keeps what is pinned or announced, and waits unless told otherwise', async (t) => {
  const s = await scene(t)
  const { at, laptop, vault } = s
  await laptop.add(vault, 'kept', [filler('manifest', 900), filler('kept', 100_000)])
  await (await laptop.connect(at)).idle()
  const client = await blobClient(s)
  const [given, open] = [filler('given up', 90_000), filler('still uploading', 80_000)]
  await announce(s, client, 'given up', given.length)
  await announce(s, client, 'still uploading', open.length)
  await put(s, client, 'given up', given)
  await put(s, client, 'still uploading', open)
  await client.request(encodeBlobRequest({ kind: 'end intent', vault, objects: [objectNamed('given up')] }))
  assert.deepEqual(pick(await ask(s.relay.home, 'collect')), { deleted: 0, waiting: 1, kept: 3 })
  await s.crash()
  assert.deepEqual(pick(await ask(s.relay.home, 'collect', '--now')), { deleted: 1, waiting: 0, kept: 3 })
  assert.equal((await ask(s.relay.home, 'status'))['blobs'], 3)
  assert.equal((await ask(s.relay.home, 'verify'))['damaged'], 0)
})

test('an account that is over its quota is told so, and what it has stays', async (t) => {
  const s = await scene(t, '--quota', '1MiB')
  const { at, laptop, vault } = s
  const small = await laptop.add(vault, 'small', [filler('manifest', 900), filler('small', 400_000)])
  await (await laptop.connect(at)).idle()
  assert.ok(laptop.home.replica.peers.hasComplete(at.relay, vault, small.entry))
  const client = await blobClient(s)
  await assert.rejects(announce(s, client, 'large', 800_000), { code: 'QUOTA_EXCEEDED' })
  await announce(s, client, 'fits', 400_000)
  const account = await laptop.ask(at, { kind: 'account' })
  assert.ok(account.kind === 'account')
  assert.deepEqual([account.quotaBytes, account.vaults], [1024 * 1024, 1])
  assert.ok(account.bytes >= 800_900 && account.bytes < 820_000, 'blobs and uploads, and a little for the log')
})

async function blobClient({ laptop, at }: Scene): Promise<RpcClient> {
  return createRpcClient(await (await laptop.dial(at)).open(BLOB_PROTOCOL))
}

async function announce({ laptop, vault }: Scene, client: RpcClient, name: string, bytes: number): Promise<void> {
  const intent = { vault, device: laptop.id, objects: [{ object: objectNamed(name), bytes }], timeMs: 1 }
  const signature = await sign(SIGN.intent, laptop.home.device.seed, encodeIntent(intent))
  await client.request(encodeBlobRequest({ kind: 'intent', intent, signature }))
}

async function put({ vault }: Scene, client: RpcClient, name: string, bytes: Uint8Array): Promise<void> {
  const item = { object: objectNamed(name), blob: blake3Id<BlobId>(bytes), sizeBytes: bytes.length }
  await client.request(encodeBlobRequest({ kind: 'put', vault, items: [item] }), bytes)
}

function pick(line: Readonly<Record<string, unknown>>): unknown {
  return { deleted: line['deleted'], waiting: line['waiting'], kept: line['kept'] }
}

/** Changes one byte of these bytes wherever they lie below the home; in how many files. */
async function flip(home: string, bytes: Uint8Array): Promise<number> {
  let changed = 0
  for (const item of await readdir(home, { recursive: true, withFileTypes: true })) {
    // Closing the lock file would give the lock away; nobody holds it here, and there is nothing in it.
    if (!item.isFile() || item.name === 'LOCK') continue
    const path = join(item.parentPath, item.name)
    const content = await readFile(path)
    const at = content.indexOf(Buffer.from(bytes.buffer, 100, 64))
    if (at < 0) continue
    content[at]! ^= 1
    await writeFile(path, content)
    changed += 1
  }
  return changed
}
