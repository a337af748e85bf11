import { open, readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { bytesText, count } from '@holdfast/core/base/amounts'
import type { Scene } from './scene.ts'
import { needlesOf } from './search/needles.ts'
import { searchHome } from './search/raw-search.ts'
import { treeOf } from './search/tree.ts'

const FILES_SHOWN = 4
const BYTES_SHOWN = 20

/** What somebody sees who has the pi's disk in his hands: the largest files and their first bytes, and what can be found. */
export async function showPiView({ pi, teller, source }: Scene): Promise<void> {
  const files = await largest(pi.home)
  teller.line(`  The disk of the pi, as whoever has it sees it (${count(files.length, 'file')}):`)
  for (const { path, sizeBytes } of files.slice(0, FILES_SHOWN)) {
    teller.line(
      `    ${relative(pi.home, path).slice(0, 44).padEnd(44)} ${bytesText(sizeBytes).padStart(8)}  ${await firstBytes(path)}`
    )
  }
  const found = await searchHome(pi.home, await needlesOf(await treeOf(source)))
  teller.line(
    `  ${bytesText(found.bytes)} searched: names readable ${found.names}, contents readable ${found.contents}`
  )
  teller.line('  It does see: how many files there are, their padded sizes, when they came, and from which device.')
}

async function largest(home: string): Promise<{ path: string; sizeBytes: number }[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true })
  const sizes = entries
    .filter((entry) => entry.isFile() && entry.name !== 'LOCK')
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      return { path, sizeBytes: (await stat(path).catch(() => undefined))?.size ?? 0 }
    })
  return (await Promise.all(sizes)).sort((a, b) => b.sizeBytes - a.sizeBytes)
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES_SHOWN), 0, BYTES_SHOWN, 0)
    return buffer
      .subarray(0, bytesRead)
      .toString('hex')
      .replace(/(.{8})/g, '$1 ')
  } finally {
    await file.close()
  }
}
