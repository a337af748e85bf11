import { useEffect, useState } from 'preact/hooks'
import { vault } from '../../app/vault.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { readBlob } from './reading.ts'

export interface BlobUrl {
  readonly url: string | undefined
  /** 0 to 1. */
  readonly done: number
  readonly error: unknown
  readonly retry: () => void
}

/** The whole content at an address of this page, under a type that is given; it ends with the component. */
export function useBlobUrl(entry: FileEntry, type: string): BlobUrl {
  const { bytes = 0 } = entry
  const [state, setState] = useState<Omit<BlobUrl, 'retry'>>(NOTHING_YET)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    const ended = new AbortController()
    let url: string | undefined
    const onProgress = (doneBytes: number): void => {
      if (!ended.signal.aborted) setState((before) => ({ ...before, done: doneBytes / bytes }))
    }
    readBlob(vault(), entry, type, { signal: ended.signal, onProgress }).then(
      (blob) => {
        if (ended.signal.aborted) return
        url = URL.createObjectURL(blob)
        setState({ url, done: 1, error: undefined })
      },
      (error: unknown) => {
        if (!ended.signal.aborted) setState({ url: undefined, done: 0, error })
      }
    )
    return () => {
      ended.abort()
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [tries])
  const retry = (): void => {
    setState(NOTHING_YET)
    setTries(tries + 1)
  }
  return { ...state, retry }
}

const NOTHING_YET = { url: undefined, done: 0, error: undefined }
