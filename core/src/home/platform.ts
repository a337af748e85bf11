import type { Host, HostOptions } from '../net/host.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Wait } from '../ports/wait.ts'

/** The ports that have one implementation on each platform. */
export interface Platform {
  readonly clock: Clock
  readonly random: Random
  readonly wait: Wait
  /** The number of this process, where there are such. */
  readonly process?: number
  /** A libp2p node with the transports of this platform. Rejects when an address cannot be listened on. */
  createHost(options: HostOptions): Promise<Host>
}
