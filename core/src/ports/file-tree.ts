/** The files a vault reads from and writes to, below one root that nothing may leave. Paths are arrays of names. */
export interface FileTreeReader {
  /** Everything below `path`, parents before children, in a stable order. Unreadable ones are listed with their error. */
  walk(path: readonly string[]): AsyncIterable<TreeItem>
  /** The content in pieces of any size. Throws FILE_CHANGED when the file is not what `item` says any more. */
  read(item: TreeItem): AsyncIterable<Uint8Array>
}

export type TreeItem = {
  readonly path: readonly string[]
  readonly mtimeMs: number
} & (
  | { readonly kind: 'file'; readonly sizeBytes: number; readonly executable: boolean }
  | { readonly kind: 'folder' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'other' }
)
