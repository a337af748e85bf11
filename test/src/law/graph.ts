// Who imports whom, over all sources.
import { posix } from 'node:path'
import { exists, manifest, PACKAGES, read, sources } from './repo.ts'
import { scan } from './scan.ts'

export interface Source {
  path: string
  /** package/folder, for example core/log; files directly in src belong to package/. */
  part: string
  isTest: boolean
  code: string
  computed: boolean
  /** Sources of this repository it imports, and what it names but nobody has. */
  files: string[]
  /** Those of `files` that it only starts, as workers. */
  workers: string[]
  unresolved: string[]
  /** Third-party packages, and modules of Node (with node:). */
  libraries: string[]
  builtins: string[]
}

export function graph(): Map<string, Source> {
  return new Map(sources().map((path) => [path, describe(path, read(path))]))
}

/** Everything `start` reaches, itself included; `asOne`: without the workers it starts, so only what runs in one memory with it. */
export function reach(all: ReadonlyMap<string, Source>, start: string, asOne = false): Set<string> {
  const seen = new Set([start])
  for (const path of seen) {
    const { files = [], workers = [] } = all.get(path) ?? {}
    for (const next of files) if (!asOne || !workers.includes(next)) seen.add(next)
  }
  return seen
}

export function partOf(path: string): string {
  const [name, , folder, ...rest] = path.split('/')
  return rest.length > 0 ? `${name}/${folder}` : `${name}/`
}

export function describe(path: string, text: string): Source {
  const { code, imports, urls, computed } = scan(text)
  const source: Source = {
    path,
    part: partOf(path),
    isTest: /\.test\.tsx?$/.test(path) || path.startsWith('test/'),
    code,
    computed,
    files: [],
    workers: [],
    unresolved: [],
    libraries: [],
    builtins: []
  }
  for (const specifier of imports) {
    const before = source.files.length
    place(source, specifier)
    if (urls.includes(specifier)) source.workers.push(...source.files.slice(before))
  }
  return source
}

function place(source: Source, specifier: string): void {
  if (specifier.startsWith('node:')) source.builtins.push(specifier)
  else if (specifier.startsWith('.')) placeFile(source, posix.join(posix.dirname(source.path), specifier))
  else if (specifier.startsWith('#')) placePlatform(source, specifier)
  else if (specifier.startsWith('@holdfast/')) {
    const [, name = '', ...rest] = specifier.split('/')
    placeFile(source, `${name}/src/${rest.join('/')}.ts`)
  } else {
    source.libraries.push(
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')
    )
  }
}

function placeFile(source: Source, path: string): void {
  // A worker is named by the file that will be built from its source.
  const file = path.endsWith('.js') && !exists(path) ? path.replace(/\.js$/, '.ts') : path
  if (!exists(file) && exists(`${file}x`)) source.files.push(`${file}x`)
  else if (!exists(file)) source.unresolved.push(path)
  else if (PACKAGES.some((name) => file.startsWith(`${name}/src/`))) source.files.push(file)
}

/** A # name leads to another file on each platform; all of them count. */
function placePlatform(source: Source, specifier: string): void {
  const name = source.path.split('/')[0] ?? ''
  const targets = Object.values(manifest(name).imports?.[specifier] ?? {})
  if (targets.length === 0) source.unresolved.push(specifier)
  for (const target of targets) {
    placeFile(source, posix.join(name, target.replace('/dist/', '/src/').replace(/\.js$/, '.ts')))
  }
}
