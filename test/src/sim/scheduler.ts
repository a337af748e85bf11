import { HoldfastError } from '@holdfast/core/base/errors'
import type { Rng } from './rng.ts'
import type { Trace } from './trace.ts'

interface Event {
  readonly atMs: number
  readonly order: number
  readonly name: string
  readonly run: () => unknown
}

/**
 * The only thing that makes time pass. One event runs, then everything that follows from it by promises alone runs to its
 * end, then the next event. Nothing real (threads, timers) decides an order: the same seed gives the same run.
 */
export class Scheduler {
  nowMs = 0
  /** Events run so far. */
  events = 0
  readonly #rng: Rng
  readonly #trace: Trace
  readonly #heap: Event[] = []
  #order = 0
  /** What a promise nobody waits for was rejected with, or an event threw. */
  failure: unknown

  constructor(rng: Rng, trace: Trace) {
    this.#rng = rng
    this.#trace = trace
  }

  at(delayMs: number, name: string, run: () => unknown): void {
    push(this.#heap, { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order++, name, run })
  }

  /** Never resolves once `isDead` says so: a process that was killed does not go on. */
  sleep(ms: number, signal?: AbortSignal, isDead: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new HoldfastError('ABORTED'))
      const onAbort = (): void => reject(new HoldfastError('ABORTED'))
      signal?.addEventListener('abort', onAbort, { once: true })
      this.at(ms, 'wake', () => {
        signal?.removeEventListener('abort', onAbort)
        if (!isDead()) resolve()
      })
    })
  }

  /** What a real thread works out, delivered at a moment that the seed decides and not the thread. */
  external<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined)
    return new Promise((resolve, reject) => {
      this.at(this.#rng.below(8) / 8, 'thread', async () => {
        await work.then(resolve, reject)
      })
    })
  }

  /** Until `done`, or there is nothing to do, or the time is over. True when done. */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.nowMs + limitMs
    await drain()
    while (!done()) {
      const next = this.#heap[0]
      if (next === undefined || next.atMs > endMs) {
        this.nowMs = endMs
        return done()
      }
      pop(this.#heap)
      this.nowMs = Math.max(this.nowMs, next.atMs)
      this.events++
      this.#trace.event(this.nowMs, next.name)
      await next.run()
      await drain()
    }
    return true
  }

  async runFor(ms: number): Promise<void> {
    await this.runUntil(() => false, ms)
  }
}

/** Promise work that waits for nothing outside ends before the next macrotask begins. */
function drain(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(event, heap[parent]!)) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = event
}

function pop(heap: Event[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
    if (!isBefore(heap[child]!, last)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = last
}
