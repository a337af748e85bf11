// What the laws look at: the files of this repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))
export const PACKAGES = ['core', 'node', 'relay-pi', 'pwa', 'test'] as const

export const exists = (path: string): boolean => existsSync(join(root, path))
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export interface Manifest {
  name: string
  private?: boolean
  license?: string
  engines?: Record<string, string>
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  imports?: Record<string, Record<string, string>>
}

/** The package.json in `folder` ('' for the root). */
export const manifest = (folder: string): Manifest => JSON.parse(read(join(folder, 'package.json'))) as Manifest

/** Every TypeScript source of the packages, as paths from the root with forward slashes. */
export function sources(): string[] {
  return PACKAGES.filter((name) => exists(`${name}/src`)).flatMap((name) =>
    readdirSync(join(root, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.[mc]?tsx?$/.test(path))
      .map((path) => `${name}/src/${path.replaceAll('\\', '/')}`)
      .sort()
  )
}
