/**
 * Whether a link may lead out of its tree, read as text alone: nothing is followed. `at` is the link's path from the root
 * of the tree. Steps up count only at the front, where the folders are real: behind a name, which may be a link itself,
 * `..` goes who knows where, so such a target is taken to lead outside, as is an absolute one.
 */
export function leadsOutside(at: readonly string[], target: string): boolean {
  if (target.startsWith('/') || target === '' || target.includes('\0')) return true
  const names = target.split('/').filter((name) => name !== '' && name !== '.')
  const firstDown = names.findIndex((name) => name !== '..')
  const stepsUp = firstDown < 0 ? names.length : firstDown
  return stepsUp > at.length - 1 || names.slice(stepsUp).includes('..')
}
