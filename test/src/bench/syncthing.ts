import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Corpus } from './corpora.ts'
import { Program } from './process.ts'
import type { FolderTrio } from './folders.ts'
import type { Trial } from './transfer.ts'

const KEY = 'bench'
const POLL_MS = 50

/** The version of the Syncthing that is installed here, if one is. */
export function syncthingVersion(): string | undefined {
  const { stdout, status } = spawnSync('syncthing', ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.split(' ').slice(0, 2).join(' ') : undefined
}

interface Peer {
  readonly id: string
  readonly home: string
  readonly data: string
  readonly gui: number
  readonly listen: number
}

/**
 * Laptop A, an untrusted device that holds ciphertext only, and laptop B; A and B know only the one in the middle. On loopback:
 * no discovery, no relays, no upgrades, no usage reports. It fsyncs, as it does by itself.
 */
export class SyncthingTrio implements FolderTrio {
  readonly programs: FolderTrio['programs']
  readonly folders: FolderTrio['folders']
  private readonly peers: readonly [Peer, Peer, Peer]

  /** `watches`: with the shortest delay it takes, a second; ten by default. */
  static async start(folder: string, watches = false): Promise<SyncthingTrio> {
    const peers = (await Promise.all(['a', 'middle', 'b'].map((name) => makePeer(join(folder, name))))) as [
      Peer,
      Peer,
      Peer
    ]
    const [a, middle, b] = peers
    writeConfig(a, 'sendreceive', [{ ...middle, isUntrusted: true }], watches)
    writeConfig(middle, 'receiveencrypted', [a, b])
    writeConfig(b, 'sendreceive', [{ ...middle, isUntrusted: true }], watches)
    const [first, second, third] = peers.map(({ home }) => serve(home)) as [Program, Program, Program]
    const trio = new SyncthingTrio(peers, { a: first, middle: second, b: third })
    for (const peer of peers) await trio.connected(peer, peer === middle ? 2 : 1)
    return trio
  }

  private constructor(peers: readonly [Peer, Peer, Peer], programs: FolderTrio['programs']) {
    this.peers = peers
    this.folders = { a: peers[0].data, b: peers[2].data }
    this.programs = programs
  }

  /** Put into the folder whole, and A told to look: its watcher would wait for a second at least. */
  async bring(corpus: Corpus, from: string): Promise<Trial> {
    const [a, , b] = this.peers
    const startMs = performance.now()
    renameSync(from, join(a.data, 'in'))
    await ask(a, 'POST', '/rest/db/scan?folder=bench')
    const addedSeconds = (performance.now() - startMs) / 1000
    for (;;) {
      const { localFiles, needFiles, localBytes } = await ask(b, 'GET', '/rest/db/status?folder=bench')
      if (localFiles === corpus.files && needFiles === 0 && Number(localBytes) >= corpus.bytes) {
        return { seconds: (performance.now() - startMs) / 1000, addedSeconds }
      }
      await wait(POLL_MS)
    }
  }

  async look(): Promise<void> {
    await ask(this.peers[0], 'POST', '/rest/db/scan?folder=bench')
  }

  rescan(): Promise<void> {
    return this.look()
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.programs).map((program) => program.stop()))
  }

  private async connected(peer: Peer, others: number): Promise<void> {
    for (;;) {
      const found = await ask(peer, 'GET', '/rest/system/connections').catch(() => undefined)
      const connections = Object.values((found?.['connections'] ?? {}) as Record<string, { connected: boolean }>)
      if (connections.filter(({ connected }) => connected).length === others) return
      await wait(POLL_MS)
    }
  }
}

async function makePeer(home: string): Promise<Peer> {
  const data = join(home, 'data')
  mkdirSync(join(data, '.stfolder'), { recursive: true })
  syncthing('generate', '--home', home, '--no-default-folder', '--skip-port-probing')
  return {
    id: syncthing('--home', home, '--device-id').trim(),
    home,
    data,
    gui: await freePort(),
    listen: await freePort()
  }
}

function syncthing(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync('syncthing', args, {
    encoding: 'utf8',
    env: { ...process.env, STNOUPGRADE: '1' }
  })
  if (status !== 0) throw new Error(`syncthing ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** Without the process that restarts it, so that what is measured is the one that works. */
function serve(home: string): Program {
  const env = { STNOUPGRADE: '1', STNORESTART: '1', STMONITORED: 'yes' }
  return new Program('syncthing', ['serve', '--home', home, '--no-browser', '--no-default-folder', '--logflags=0'], {
    env
  }).drain()
}

function writeConfig(
  self: Peer,
  type: string,
  others: readonly (Peer & { isUntrusted?: boolean })[],
  watches = false
): void {
  const shares = others.map(
    ({ id, isUntrusted }) =>
      `<device id="${id}" introducedBy=""><encryptionPassword>${isUntrusted === true ? 'bench password' : ''}</encryptionPassword></device>`
  )
  const devices = others.map(
    ({ id, listen }) =>
      `<device id="${id}" name="${listen}" compression="metadata"><address>tcp://127.0.0.1:${listen}</address></device>`
  )
  writeFileSync(
    join(self.home, 'config.xml'),
    `<configuration version="35">
  <folder id="bench" label="" path="${self.data}" type="${type}" rescanIntervalS="0" fsWatcherEnabled="${watches}" fsWatcherDelayS="1">
    <device id="${self.id}" introducedBy=""></device>${shares.join('')}<minDiskFree unit="%">0</minDiskFree>
  </folder>
  <device id="${self.id}" name="self"></device>${devices.join('')}
  <gui enabled="true" tls="false"><address>127.0.0.1:${self.gui}</address><apikey>${KEY}</apikey></gui>
  <options><listenAddress>tcp://127.0.0.1:${self.listen}</listenAddress><globalAnnounceEnabled>false</globalAnnounceEnabled>
    <localAnnounceEnabled>false</localAnnounceEnabled><relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled>
    <reconnectionIntervalS>1</reconnectionIntervalS><urAccepted>-1</urAccepted><autoUpgradeIntervalH>0</autoUpgradeIntervalH>
    <crashReportingEnabled>false</crashReportingEnabled><startBrowser>false</startBrowser></options>
</configuration>`
  )
}

async function ask({ gui }: Peer, method: string, path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${gui}${path}`, { method, headers: { 'X-API-Key': KEY } })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  const text = await answer.text()
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
