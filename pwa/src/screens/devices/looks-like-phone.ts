/** By its name: no device tells what it is. A wrong picture beside a right name harms nobody. */
export function looksLikePhone(name: string): boolean {
  return /phone|android|pixel|galaxy|ipad|tablet|mobile|handy/i.test(name)
}
