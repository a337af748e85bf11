import { useEffect, useMemo } from 'preact/hooks'
import { vault } from '../../app/vault.ts'
import { remembered } from './files-state.ts'
import { Listing } from './listing.ts'

/** The listing of a folder while it is looked at. */
export function useListing(path: string): Listing {
  const listing = useMemo(() => {
    const known = remembered(path)?.entries
    return new Listing(vault(), known === undefined ? { path } : { path, known })
  }, [path])
  useEffect(() => () => listing.close(), [listing])
  return listing
}

/** All there is, while `isWanted`. */
export function useEverything(isWanted: boolean): Listing | undefined {
  const listing = useMemo(
    () => (isWanted ? new Listing(vault(), { path: '/', recursive: true }) : undefined),
    [isWanted]
  )
  useEffect(() => () => listing?.close(), [listing])
  return listing
}
