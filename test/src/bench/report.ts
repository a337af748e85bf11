import type { Corpus } from './corpora.ts'
import type { Transfer } from './transfer.ts'

/** Says what was measured, as text or as one JSON object a line. */
export class Report {
  private readonly json: boolean

  constructor(json: boolean) {
    this.json = json
  }

  transfer(
    bench: string,
    corpus: Corpus,
    own: readonly Transfer[],
    syncthing: { version: string; transfers: readonly Transfer[] } | undefined
  ): void {
    const ratio =
      syncthing === undefined ? undefined : median(own.map(seconds)) / median(syncthing.transfers.map(seconds))
    if (this.json) {
      this.print({
        bench,
        corpus: corpus.name,
        holdfast: own,
        syncthing: syncthing ?? null,
        ratio: ratio === undefined ? null : round(ratio)
      })
      return
    }
    this.say(`${corpus.name}, A -> relay -> B`)
    this.say(`  Holdfast    ${describe(own)}`)
    this.say(`  Syncthing   ${syncthing === undefined ? 'not measured' : describe(syncthing.transfers)}`)
    if (ratio !== undefined) this.say(`  ${ratio.toFixed(2)} x the time of ${syncthing!.version}`)
  }

  seconds(bench: string, what: string, all: readonly number[]): void {
    if (this.json) this.print({ bench, what, seconds: all.map(round) })
    else this.say(`${what}: ${median(all).toFixed(2)} s`)
  }

  line(bench: string, line: Readonly<Record<string, unknown>>): void {
    if (this.json) this.print({ bench, ...line })
    else
      this.say(
        `${bench}: ${Object.entries(line)
          .map(([key, value]) => (key === 'measure' ? String(value) : `${key} ${String(value)}`))
          .join(', ')}`
      )
  }

  private print(line: Readonly<Record<string, unknown>>): void {
    this.say(JSON.stringify({ v: 1, type: 'bench', ...line }))
  }

  private say(line: string): void {
    process.stdout.write(`${line}\n`)
  }
}

function describe(all: readonly Transfer[]): string {
  const of = (value: (transfer: Transfer) => number): string => median(all.map(value)).toFixed(1)
  const cpu = `${of((t) => t.cpuSeconds.a)} + ${of((t) => t.cpuSeconds.middle)} + ${of((t) => t.cpuSeconds.b)}`
  const peak = `${of((t) => t.peakMiB.a)}, ${of((t) => t.peakMiB.middle)}, ${of((t) => t.peakMiB.b)}`
  return `${of(seconds)} s (taken in by A after ${of((t) => t.addedSeconds)} s); CPU s ${cpu}; peak MiB ${peak}`
}

function seconds(transfer: Transfer): number {
  return transfer.seconds
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
