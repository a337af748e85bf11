/** Paths of the vault are text that begins with `/`; the root is `/`. No name holds a `/`. */

export const ROOT = '/'

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || ROOT
}

export function joined(folder: string, name: string): string {
  return folder === ROOT ? `/${name}` : `${folder}/${name}`
}

/** Whether `path` is `folder` or lies in it, however deep. */
export function isWithin(path: string, folder: string): boolean {
  return folder === ROOT || path === folder || path.startsWith(`${folder}/`)
}

/** The folders on the way to a path, itself last, without the root. */
export function crumbsOf(path: string): { readonly name: string; readonly path: string }[] {
  const names = path.split('/').filter((name) => name !== '')
  return names.map((name, i) => ({ name, path: `/${names.slice(0, i + 1).join('/')}` }))
}

/** `name.ext` in the part that may be shortened and the part that may not: a long name must not hide what a file is. */
export function nameParts(name: string): { readonly stem: string; readonly end: string } {
  const dot = name.lastIndexOf('.')
  const cut = dot > 0 && name.length - dot <= LONGEST_END ? dot : name.length
  return { stem: name.slice(0, cut), end: name.slice(cut) }
}

/** `name (2).ext`, with the first number that is free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  const { stem, end } = nameParts(name)
  for (let number = 2; ; number++) {
    const free = `${stem} (${number})${end}`
    if (!isTaken(free)) return free
  }
}

const LONGEST_END = 12
