// Something is on the screen at once only because almost nothing is loaded for it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

test('parsing the command line and calling a running process load none of the heavy parts', () => {
  const outside = new Set<string>()
  const seen = new Set<string>()
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return
    seen.add(url.href)
    for (const [, name] of readFileSync(url, 'utf8').matchAll(/^(?:import|export) .*?from '([^']+)'/gm)) {
      if (name!.startsWith('.')) visit(new URL(name!, url))
      else if (!name!.startsWith('node:')) outside.add(name!)
    }
  }
  visit(new URL('./main.js', import.meta.url))
  const light = ['amounts', 'browser-address', 'errors', 'printable'].map((name) => `@holdfast/core/base/${name}`)
  assert.deepEqual([...outside].sort(), [...light, 'commander', 'env-paths'])
  assert.ok(seen.size < 45, `${seen.size} files`)
})
