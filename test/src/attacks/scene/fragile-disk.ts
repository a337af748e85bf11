import { MemoryDisk } from '../../fakes/memory-disk.ts'

/** A disk whose machine dies between two writes that the test chooses. */
export class FragileDisk extends MemoryDisk {
  readonly #gate: Gate

  constructor() {
    const gate = new Gate()
    super({ delay: (operation) => (operation === 'read' ? Promise.resolve() : gate.pass()) })
    this.#gate = gate
  }

  /** Writes that were let through. */
  get writes(): number {
    return this.#gate.passed
  }

  /** Lets so many more writes through; what comes after waits for the crash. */
  dieAfter(writes: number): void {
    this.#gate.left = writes
  }

  /** A write waits that will never be made. */
  get isStuck(): boolean {
    return this.#gate.stuck > 0
  }

  override crash(): void {
    super.crash()
    this.#gate.open()
  }
}

class Gate {
  left = Number.POSITIVE_INFINITY
  stuck = 0
  passed = 0
  #waiting: (() => void)[] = []

  pass(): Promise<void> {
    if (this.left-- > 0) {
      this.passed++
      return Promise.resolve()
    }
    this.stuck++
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  open(): void {
    this.left = Number.POSITIVE_INFINITY
    this.stuck = 0
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
