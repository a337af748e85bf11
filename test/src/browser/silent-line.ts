import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A line on loopback to a port of this machine that can do what a network does when a phone leaves it: carry nothing more, and tell nobody. */
export class SilentLine {
  /** Connections that were ever made. */
  made = 0
  readonly #server: Server
  readonly #open = new Set<Socket>()

  static async to(port: number): Promise<SilentLine> {
    const line = new SilentLine(port)
    line.#server.listen(0, '127.0.0.1')
    await once(line.#server, 'listening')
    return line
  }

  private constructor(port: number) {
    this.#server = createServer((near) => {
      this.made++
      const far = connect(port, '127.0.0.1')
      for (const [from, to] of [
        [near, far],
        [far, near]
      ] as const) {
        this.#open.add(from)
        from.pipe(to)
        from.on('error', () => to.destroy())
        from.on('close', () => this.#open.delete(from))
      }
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** What is connected now stays so, and hears nothing any more. New connections are as good as ever. */
  fallSilent(): void {
    for (const socket of this.#open) socket.unpipe().pause()
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
  }
}
