import type { DeviceId } from '@holdfast/core/base/ids'
import type { Engine } from '@holdfast/core/engine/engine'
import type { Log } from './log.ts'

/** Notes who comes and goes. Returns how to end that. */
export function noteEngine(log: Log, engine: Engine): () => void {
  const numbers = new Map<DeviceId, number>()
  const numberOf = (peer: DeviceId): number => {
    const known = numbers.get(peer) ?? numbers.size + 1
    numbers.set(peer, known)
    return known
  }
  let before = new Set<DeviceId>()
  const look = (): void => {
    const now = new Set(engine.isOnline ? engine.network.connected() : [])
    const { replica } = engine.home
    for (const peer of now)
      if (!before.has(peer)) log.note({ event: 'connected', peer: numberOf(peer), role: replica.roleOf(peer) })
    for (const peer of before)
      if (!now.has(peer)) log.note({ event: 'disconnected', peer: numberOf(peer), role: replica.roleOf(peer) })
    before = now
  }
  look()
  return engine.onChange(look)
}
