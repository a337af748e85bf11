import { MemoryDisk } from '../../fakes/memory-disk.ts'
import { Device } from './device.ts'
import { exchange } from './link.ts'
import { Relay } from './relay.ts'

/** One account with two devices and a relay; all three hold everything. */
export async function twoDevicesAndRelay(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  disk = new MemoryDisk()
): Promise<{ laptop: Device; phone: Device; relay: Relay }> {
  const laptop = await Device.found('laptop', disk)
  const relay = await Relay.of(laptop)
  const phone = await Device.join(laptop, 'phone', { relay })
  for (const [path, content] of Object.entries(files)) await laptop.write(path, content)
  await exchange(laptop, relay)
  await exchange(phone, relay)
  return { laptop, phone, relay }
}

/** Bytes that no compression makes smaller and that are the same each time. */
export function noise(bytes: number, seed = 1): Uint8Array {
  const out = new Uint8Array(bytes)
  let state = seed * 2654435761 + 1
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    out[i] = state >>> 24
  }
  return out
}
