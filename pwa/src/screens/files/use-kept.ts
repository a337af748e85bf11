import { useLoaded } from '../../app/loaded.ts'
import { vault } from '../../app/vault.ts'

/** The paths that this device keeps, each with all below it; none until that is known. */
export function useKept(): readonly string[] {
  return useLoaded(() => vault().kept()).value ?? NONE
}

const NONE: readonly string[] = []
