// A relay is gone for good, and one of those that take its objects over dies while it does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectRecord } from '@holdfast/core/log/record'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { Peer, RelayScene } from '@holdfast/core/sync/testing/relay-scene'
import { until } from '../attacks/scene/link.ts'
import { FragileStores } from '../fakes/fragile-stores.ts'
import { momentsToDie } from '../fakes/moments.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a relay that dies while it makes good the loss of another ends it later, and nothing is lost', async (t) => {
  const world = await World.afterLoss()
  const whole = await world.begin()
  const before = whole.made
  await world.repair()
  world.assertWhole('undisturbed')
  for (const writes of momentsToDie(t, whole.made - before)) {
    const stores = await world.begin()
    stores.most = stores.made + writes
    let ended = false
    void world.repair().then(() => (ended = true))
    await until(() => stores.isStuck || ended, 'it dies')
    assert.ok(stores.isStuck, `after ${writes} writes`)
    await world.open(0, new FragileStores(stores))
    await world.repair()
    world.assertWhole(`after ${writes} writes`)
  }
})

/** Two relays that are left of three, without a device that could help. */
class World {
  private readonly scene: RelayScene
  private readonly records: readonly ObjectRecord[]
  /** Their disks as the loss found them. */
  private readonly left: readonly FragileStores[]

  private constructor(scene: RelayScene, records: readonly ObjectRecord[]) {
    this.scene = scene
    this.records = records
    this.left = scene.relays.map(({ home }) => new FragileStores(home))
  }

  static async afterLoss(): Promise<World> {
    const scene = await RelayScene.make(turn, { relays: 3, copies: 2, repairAfterMs: 1000 })
    scene.linkAll()
    await scene.quiet()
    const records: ObjectRecord[] = []
    for (let n = 0; n < 24; n++)
      records.push(await scene.add(scene.devices[0]!, `file ${n}`, ['manifest', 'one', 'two']))
    await scene.quiet()
    for (const peer of [...scene.devices, ...scene.relays]) scene.cut(peer)
    scene.relays.shift()
    return new World(scene, records)
  }

  /** Both on what the loss left to them. Resolves with the disk of the one that is to die. */
  async begin(): Promise<FragileStores> {
    const [mine, other] = this.left.map((stores) => new FragileStores(stores)) as [FragileStores, FragileStores]
    await this.open(1, other)
    await this.open(0, mine)
    await this.scene.quiet()
    assert.ok(
      this.records.some((record) => !this.scene.relays[0]!.has(record)),
      'there is something to take over'
    )
    return mine
  }

  /** One of them in a new process. */
  async open(at: 0 | 1, { kv, blobs }: FragileStores): Promise<void> {
    const { relays, clock } = this.scene
    this.scene.cut(relays[at]!)
    relays[at] = await Peer.open(relays[at]!.home.device.name, { clock, role: 'relay', kv, blobs })
    this.scene.link(relays[at], relays[1 - at]!)
  }

  /** Until nobody has anything left to do about the loss. */
  async repair(): Promise<void> {
    await this.scene.quiet()
    // Whoever began anew has first to see that somebody is away.
    for (let times = 0; times < 2; times++) {
      await this.scene.pass(1100)
      await this.scene.quiet()
    }
  }

  assertWhole(when: string): void {
    for (const record of this.records) assert.equal(this.scene.holders(record).length, 2, when)
    for (const { home } of this.scene.relays)
      for (const [id, bytes] of home.blobs.blobs) assert.equal(blake3Id(bytes), id, when)
  }
}
