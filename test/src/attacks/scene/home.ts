import { DiskPlace } from '@holdfast/node/home/disk-place'
import { newDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import type { Clock } from '@holdfast/core/ports/clock'
import { RemadeBlobStore } from '@holdfast/core/sync/store/remade-blobs'
import { Replica } from '@holdfast/core/sync/replica/replica'
import type { Identity } from '@holdfast/core/sync/replica/replica'
import type { Home } from '@holdfast/core/home/home'
import { nodePlatform, systemRandom, systemWait } from '@holdfast/node/home/platform'
import { writeState } from '@holdfast/core/home/state'
import type { HomeState } from '@holdfast/core/home/state'
import { memoryBlobs } from '../../fakes/memory-blobs.ts'
import type { MemoryDisk } from '../../fakes/memory-disk.ts'
import { memoryKv } from '../../fakes/memory-kv.ts'

/** A clock that a test may set, backwards too, as a person or a dead battery does. */
export class LooseClock implements Clock {
  offsetMs = 0
  /** For how much longer than it did the machine is to have run. */
  ranMs = 0

  nowMs(): number {
    return Date.now() + this.offsetMs
  }

  monotonicMs(): number {
    return Math.round(performance.now()) + this.ranMs
  }
}

export function newSecrets(): Promise<DeviceSecrets> {
  return newDeviceSecrets(systemRandom)
}

/** The home of a device on a disk in memory: the same as node/home makes on a real one, without the key box. */
export async function openMemoryHome(
  disk: MemoryDisk,
  options: { name: string; secrets: DeviceSecrets; state: HomeState; clock: Clock }
): Promise<Home> {
  const { name, secrets, clock } = options
  const kv = await memoryKv(disk)
  const blobs = await RemadeBlobStore.open(await memoryBlobs(disk), kv)
  const identity: Identity = {
    device: secrets.device,
    role: 'device',
    sign: secrets.sign.bind(secrets),
    incarnation: options.state.incarnation
  }
  const replica = await Replica.open({ kv, blobs, clock, identity })
  const platform = { ...nodePlatform, clock }
  // Nothing of it is on a disk; files that are added are.
  const place = new DiskPlace(import.meta.dirname)
  let { state } = options
  let closed: Promise<void> | undefined
  return {
    place,
    platform,
    settings: { v: 1, name },
    secrets,
    kv,
    blobs,
    identity,
    replica,
    clock,
    random: systemRandom,
    wait: systemWait,
    get state() {
      return state
    },
    async setState(next) {
      await writeState(kv, next)
      state = next
    },
    close() {
      closed ??= replica.close().then(async () => {
        await place.sealPool.close()
        await kv.close()
        await blobs.close()
      })
      return closed
    }
  }
}
