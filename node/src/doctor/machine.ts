import { readFile, statfs } from 'node:fs/promises'
import { connect } from 'node:net'

/** What is asked of this computer. */
export interface Machine {
  nowMs(): number
  /** Of the disk that holds this path. Rejects when there is no such path. */
  disk(path: string): Promise<{ readonly freeBytes: number; readonly totalBytes: number }>
  /** Folders that one user may watch; undefined where the system has no such limit. */
  mostWatches(): Promise<number | undefined>
  /** Whether anybody takes a connection there. */
  probe(host: string, port: number): Promise<Answer>
}

export type Answer = 'answers' | 'refused' | 'silent' | 'unknown name'

export const thisMachine: Machine = {
  nowMs: () => Date.now(),
  async disk(path) {
    const { bavail, bsize, blocks } = await statfs(path)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  },
  async mostWatches() {
    const text = await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8').catch(() => undefined)
    return text === undefined ? undefined : Number(text.trim())
  },
  probe: (host, port) =>
    new Promise((resolve) => {
      const socket = connect({ host, port, timeout: PROBE_MS })
      const end = (answer: Answer): void => {
        socket.destroy()
        resolve(answer)
      }
      socket.once('connect', () => end('answers'))
      socket.once('timeout', () => end('silent'))
      socket.once('error', ({ code }: NodeJS.ErrnoException) => end(ANSWERS.get(code ?? '') ?? 'silent'))
    })
}

const PROBE_MS = 3_000

const ANSWERS: ReadonlyMap<string, Answer> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'unknown name'],
  ['EAI_AGAIN', 'unknown name']
])
