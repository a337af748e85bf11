import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/**
 * Lets the heap grow by some megabytes before everything in it is marked anew; returns how to end that. By itself V8 allows a share
 * of what lives, and counts the memory of buffers that pass through: with little alive, that is a collection for each 10 or 20 MB
 * sent or received, and they took 40 % of the processor, most of it in V8's own threads. With much alive V8 decides as ever.
 */
export function giveCollectorRoom(): () => void {
  if (users++ === 0) {
    adjust()
    timer = setInterval(adjust, ADJUST_MS).unref()
  }
  let given = true
  return () => {
    if (!given) return
    given = false
    if (--users > 0) return
    clearInterval(timer)
    setPercent(0)
  }
}

/** What the process may take beyond what lives: a relay has 200 MiB in all. */
const ROOM_BYTES = 96 * 1024 * 1024
const MOST_PERCENT = 300
/** About what V8 takes by itself. */
const LEAST_PERCENT = 60
const ADJUST_MS = 2000

let users = 0
let timer: NodeJS.Timeout | undefined
let current = 0

function adjust(): void {
  const { used_heap_size, external_memory } = getHeapStatistics()
  const percent = Math.floor((100 * ROOM_BYTES) / (used_heap_size + external_memory))
  setPercent(percent < LEAST_PERCENT ? 0 : Math.min(MOST_PERCENT, percent))
}

/** V8 reads it at the end of each collection; 0 leaves it to V8. */
function setPercent(percent: number): void {
  if (percent === current) return
  current = percent
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}
