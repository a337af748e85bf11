import type { Home } from '../home/home.ts'
import type { Author } from '../vault/author.ts'
import type { OwnStanding } from './account/standing.ts'

/** Who writes on this device: refused once it is no device of its account any more. */
export function authorOf(home: Home, standing: OwnStanding): Author {
  return {
    assertMayWrite: () => standing.assertMember(),
    secrets: home.secrets,
    incarnation: () => home.state.incarnation,
    clock: home.clock
  }
}
