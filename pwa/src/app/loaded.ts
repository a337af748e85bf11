import { useEffect, useRef, useState } from 'preact/hooks'
import { changes } from './vault.ts'

export interface Loaded<V> {
  /** Undefined until the first answer. */
  readonly value: V | undefined
  /** Why the last try failed; the value before it stays. */
  readonly error: unknown
  readonly reload: () => void
}

/**
 * What `load` gives, loaded anew when something in the vault or one of `inputs` has changed. A slow answer never overtakes a later one.
 * `once`: what asks others over the network is loaded when the screen is entered and when it is wished for.
 */
export function useLoaded<V>(
  load: () => Promise<V>,
  inputs: readonly unknown[] = [],
  { once = false }: { readonly once?: boolean } = {}
): Loaded<V> {
  const [state, setState] = useState<{ value: V | undefined; error: unknown }>({ value: undefined, error: undefined })
  const [wish, setWish] = useState(0)
  const newest = useRef(0)
  useEffect(() => {
    const mine = ++newest.current
    load().then(
      (value) => {
        if (mine === newest.current) setState({ value, error: undefined })
      },
      (error: unknown) => {
        if (mine === newest.current) setState(({ value }) => ({ value, error }))
      }
    )
  }, [once ? 0 : changes.value, wish, ...inputs])
  useEffect(() => () => void newest.current++, [])
  return { ...state, reload: () => setWish((before) => before + 1) }
}
