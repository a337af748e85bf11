import { signal } from '@preact/signals'
import { hashOf, routeOf } from './routes.ts'
import type { Route } from './routes.ts'

/** Where one is now. */
export const route = signal<Route>({ screen: 'home' })

/** Follows the address from now on. */
export function startRouter(): void {
  const follow = () => (route.value = routeOf(location.hash))
  addEventListener('hashchange', follow)
  follow()
}

/** Goes there; the way back leads here. */
export function navigate(to: Route): void {
  location.hash = hashOf(to)
}

/** Goes there in place of where one is: the way back does not come here again. */
export function replace(to: Route): void {
  history.replaceState(history.state, '', hashOf(to))
  route.value = to
}

/** One step back where there is one in the app, otherwise to `otherwise`. */
export function back(otherwise: Route): void {
  if (history.length > 1) history.back()
  else replace(otherwise)
}
