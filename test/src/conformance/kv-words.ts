import { fromUtf8, utf8 } from '@holdfast/core/base/bytes'
import type { KvRange, KvStore } from '@holdfast/core/ports/kv-store'
import { all, type Subject } from './subject.ts'

/** Registers one test that gets an open, empty store. */
export type KvCheck = (title: string, work: (kv: KvStore, subject: Subject<KvStore>) => Promise<void>) => void

export const EVERYTHING = { gte: ' ', lt: '~~' }

export function put(key: string, text: string) {
  return { put: key, value: utf8(text) }
}

export async function rowsOf(kv: KvStore): Promise<[string, string][]> {
  return (await all(kv.range(EVERYTHING))).map(([key, value]) => [key, fromUtf8(value)])
}

export async function keysOf(kv: KvStore, range: KvRange): Promise<string[]> {
  return (await all(kv.range(range))).map(([key]) => key)
}
