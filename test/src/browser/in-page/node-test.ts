// What the conformance suites use of node:test, where there is no Node: it only remembers what is to be run.

export interface Registered {
  readonly title: string
  readonly work: () => Promise<void>
}

export const registered: Registered[] = []

export function describe(_title: string, body: () => void): void {
  body()
}

export function test(title: string, work: () => Promise<void>): void {
  registered.push({ title, work })
}
