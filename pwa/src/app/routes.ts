import { pathOfToken, tokenOf } from './path-tokens.ts'

/** Where in the app one is. It stands behind the `#` of the address, so that any static server serves it. */
export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'files'; readonly path: string }
  | { readonly screen: 'view'; readonly path: string }
  | { readonly screen: 'activity' }
  | { readonly screen: 'devices' }
  /** This device lets another one in. */
  | { readonly screen: 'add-device' }
  | { readonly screen: 'you' }
  | { readonly screen: 'create' }
  /** The account comes back by its kit. */
  | { readonly screen: 'recover' }
  /** `invitation`: what a link to the app brought along. */
  | { readonly screen: 'join'; readonly invitation?: string }
  | { readonly screen: 'unknown' }

/** The part of the address from `#` on. It holds no name of a file: a browser writes down where one was. */
export function hashOf(route: Route): string {
  switch (route.screen) {
    case 'home':
      return '#/'
    case 'files':
    case 'view':
      return route.path === ROOT ? `#/${route.screen}` : `#/${route.screen}/${tokenOf(route.path)}`
    case 'join':
      return route.invitation === undefined ? '#/join' : `#/join/${encodeURIComponent(route.invitation)}`
    case 'add-device':
      return '#/devices/add'
    case 'unknown':
      return '#/unknown'
    case 'activity':
    case 'devices':
    case 'you':
    case 'create':
    case 'recover':
      return `#/${route.screen}`
  }
}

/** Anything may stand in an address: what is not one of ours is `unknown`. */
export function routeOf(hash: string): Route {
  const [, first = '', ...rest] = hash.replace(/^#/, '').split('/')
  switch (first) {
    case '':
      return rest.length === 0 ? { screen: 'home' } : UNKNOWN
    case 'files':
    case 'view': {
      if (rest.length > 1) return UNKNOWN
      const [token = ''] = rest
      const path = token === '' ? ROOT : pathOfToken(token)
      // Of a page that is gone: what it meant is known no more.
      return path === undefined || (first === 'view' && path === ROOT) ? { screen: 'home' } : { screen: first, path }
    }
    case 'join': {
      const invitation = decoded(rest.join('/'))
      return invitation === undefined || invitation === '' ? { screen: 'join' } : { screen: 'join', invitation }
    }
    case 'devices':
      if (rest.length === 0) return { screen: 'devices' }
      return rest.length === 1 && rest[0] === 'add' ? { screen: 'add-device' } : UNKNOWN
    case 'activity':
    case 'you':
    case 'create':
    case 'recover':
      return rest.length === 0 ? { screen: first } : UNKNOWN
    default:
      return UNKNOWN
  }
}

const ROOT = '/'
const UNKNOWN: Route = { screen: 'unknown' }

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
