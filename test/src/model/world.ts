import type { VaultId } from '@holdfast/core/base/ids'
import type { UnverifiedEntry } from '@holdfast/core/log/entry'
import { optionsOf } from './acts.ts'
import type { Option, Scope } from './acts.ts'
import { accountNamed } from './cast.ts'
import type { Cast } from './cast.ts'
import { epochNamed, makeEntry, placeOf } from './fact.ts'
import type { Fact } from './fact.ts'
import type { Opening } from './opening.ts'
import { isGood, recipientsAt } from './oracle.ts'
import { Referee } from './referee.ts'
import type { Act } from './told.ts'

/** A disagreement, told so that it can be played again by hand. */
export class Disagreement extends Error {
  constructor(what: string, facts: Iterable<Fact>, detail: unknown = '') {
    const history = [...facts].sort((a, b) => a.height - b.height).map((fact) => `  ${fact.key}`)
    super(`${what}\n${history.join('\n')}\n${typeof detail === 'string' ? detail : JSON.stringify(detail, null, 1)}`)
  }
}

/** An opening with all that was ever made on top of it: each entry is made, signed and judged once. */
export class World {
  readonly cast: Cast
  readonly opening: Opening
  readonly scope: Scope
  readonly start: readonly Fact[]
  /** Good entries by the operations they were written on. */
  readonly known = new Map<string, Fact[]>()
  refused = 0
  made = 0

  private constructor(cast: Cast, opening: Opening, scope: Scope, start: readonly Fact[]) {
    this.cast = cast
    this.opening = opening
    this.scope = scope
    this.start = start
  }

  static async open(cast: Cast, opening: Opening, scope: Scope): Promise<World> {
    const genesis = await cast.genesis(opening.founder)
    const { founder } = opening
    const account = accountNamed(founder)
    const founding: Act = {
      kind: 'say',
      says: [
        { kind: 'add', account, role: 'owner' },
        { kind: 'certify', account, issuer: null, device: founder }
      ]
    }
    const first = { device: founder, log: `${founder}/1`, seq: 1, past: new Set<Fact>(), height: 1, act: founding }
    const start: Fact[] = [{ ...first, hash: genesis.hash, entry: genesis, key: 'start', mirror: 'start' }]
    const write = async (device: string, act: Act): Promise<void> => {
      const fact = await makeFact(cast, start, device, { words: 'start', act }, new Set(start), true)
      start.push({ ...fact, key: 'start', mirror: 'start' })
    }
    await write(founder, { kind: 'say', says: opening.says })
    const to = recipientsAt(new Set(start))
    await write(opening.witness, { kind: 'epoch', epoch: epochNamed('first'), parents: [], to })
    return new World(cast, opening, scope, start)
  }

  get vault(): VaultId {
    return this.start[0]!.entry.vault
  }

  /**
   * Every good entry that an actor may write knowing exactly these operations. What the product refuses and what the
   * oracle refuses must be the same; entries that both refuse are counted and dropped.
   */
  async successors(known: readonly Fact[], signed: boolean): Promise<Fact[]> {
    const past = new Set([...this.start, ...known])
    const referee = new Referee([...past])
    const found: Fact[] = []
    for (const device of this.opening.actors) {
      for (const option of optionsOf(this.opening, device, past, this.scope)) {
        const fact = await makeFact(this.cast, this.start, device, option, past, signed, this.opening.alike)
        const refusal = signed ? await referee.verify(fact.entry) : referee.check(fact.entry)
        this.made++
        if (isGood(fact) !== (refusal === null))
          throw new Disagreement(
            `the oracle ${refusal === null ? 'refuses' : 'takes'} what the product ${refusal === null ? 'takes' : `refuses (${refusal})`}`,
            [...known, fact]
          )
        if (refusal === null) found.push(fact)
        else this.refused++
      }
    }
    return found
  }
}

async function makeFact(
  cast: Cast,
  start: readonly Fact[],
  device: string,
  option: Option,
  past: ReadonlySet<Fact>,
  signed: boolean,
  alike: Opening['alike'] = null
): Promise<Fact> {
  const place = placeOf(device, past)
  const vault = start[0]!.entry.vault
  const entry: UnverifiedEntry = await makeEntry(cast, vault, device, option.act, place, signed)
  const parents = [...(place.prev === null ? [] : [place.prev]), ...place.seen]
  const head = `${place.log} ${option.words}`
  const key = `${head} on (${parents
    .map((parent) => parent.key)
    .sort()
    .join(', ')})`
  const mirror =
    alike === null
      ? key
      : `${mirrored(head, alike)} on (${parents
          .map((parent) => parent.mirror)
          .sort()
          .join(', ')})`
  const { log, seq, height } = place
  return { hash: entry.hash, device, log, seq, past, height, act: option.act, entry, key, mirror }
}

function mirrored(words: string, [a, b]: readonly [string, string]): string {
  return words.replace(new RegExp(`\\b(?:${a}|${b})\\b`, 'g'), (name) => (name === a ? b : a))
}
