// What the conformance suites use of node:assert/strict, where there is no Node.

const assert = {
  ok(value: unknown, message = 'should be true'): asserts value {
    if (value !== true && !value) throw new Error(message)
  },
  equal(actual: unknown, expected: unknown, message = `${String(actual)} should be ${String(expected)}`): void {
    if (!Object.is(actual, expected)) throw new Error(message)
  },
  deepEqual(actual: unknown, expected: unknown): void {
    const [is, shouldBe] = [written(actual), written(expected)]
    if (is !== shouldBe) throw new Error(`${is.slice(0, 500)}\nshould be\n${shouldBe.slice(0, 500)}`)
  },
  async rejects(promise: Promise<unknown>, check: (error: unknown) => boolean): Promise<void> {
    const failed = await promise.then(
      () => false,
      (error: unknown) => check(error)
    )
    if (!failed) throw new Error('should have been rejected')
  }
}

export default assert

/** A text that two values have in common exactly when they are the same, kind for kind: of what the suites compare. */
function written(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes(${value.join()})`
  if (Array.isArray(value)) return `[${value.map(written).join()}]`
  if (value instanceof Map) return `map${written([...(value as Map<unknown, unknown>)].map(written).sort())}`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, one]) => `${key}:${written(one)}`)
      .sort()
      .join()}}`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
