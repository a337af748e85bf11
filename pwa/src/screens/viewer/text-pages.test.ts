import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MOST_TEXT_BYTES, PAGE_BYTES, TextPages } from './text-pages.ts'

function pagesOf(content: Uint8Array<ArrayBuffer>): { pages: TextPages; reads: [number, number][] } {
  const reads: [number, number][] = []
  const read = async (_path: string, start: number, end: number) => {
    reads.push([start, end])
    return content.slice(start, end)
  }
  return { pages: new TextPages({ read }, { path: '/a.txt', bytes: content.length, version: 'v' }), reads }
}

test('a character that lies across two pieces is shown whole', async () => {
  const text = `${'a'.repeat(PAGE_BYTES - 1)}é${'b'.repeat(10)}`
  const { pages } = pagesOf(new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>)
  const first = await pages.more()
  assert.equal(first?.text.length, PAGE_BYTES - 1)
  assert.ok(pages.mayGoOn)
  assert.equal((await pages.more())?.text, text)
  assert.ok(pages.isWhole && !pages.mayGoOn)
})

test('a huge text is read to a bound and no further, bytes that are no text not at all', async () => {
  const { pages, reads } = pagesOf(new Uint8Array(MOST_TEXT_BYTES + 5).fill(0x61))
  while (pages.mayGoOn) await pages.more()
  assert.equal(reads.at(-1)?.[1], MOST_TEXT_BYTES)
  assert.ok(!pages.isWhole)
  assert.equal(await pagesOf(new Uint8Array([0x61, 0, 0x61])).pages.more(), undefined)
})

test('texts of other systems and broken ones are shown, an empty one is empty', async () => {
  assert.equal((await pagesOf(new Uint8Array([0xff, 0xfe, 0x41, 0])).pages.more())?.text, 'A')
  assert.equal((await pagesOf(new Uint8Array([0xfe, 0xff, 0, 0x41])).pages.more())?.text, 'A')
  assert.equal((await pagesOf(new Uint8Array([0x61, 0xff, 0x62])).pages.more())?.text, 'a\ufffdb')
  assert.equal((await pagesOf(new Uint8Array(0)).pages.more())?.text, '')
})
