import { observeWindowOffset, observeWindowRect, Virtualizer, windowScroll } from '@tanstack/virtual-core'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

export interface Rows {
  /** Those to draw: those in view, some around them, and the one that has the focus. */
  readonly items: readonly { readonly index: number; readonly top: number }[]
  readonly height: number
  scrollTo(row: number): void
  /** Rows that fit the window. */
  readonly inView: number
}

/**
 * Draws of many rows of one height only those the window shows; the page itself scrolls. `kept`: a row that stays drawn wherever it is, so that
 * the focus in it is not lost.
 */
export function useWindowRows(
  list: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
  kept: number | undefined
): Rows {
  const [, draw] = useState(0)
  const top = useRef(0)
  const keptRow = useRef(kept)
  keptRow.current = kept
  const [rows] = useState(
    () =>
      new Virtualizer<Window, Element>({
        count,
        getScrollElement: () => window,
        estimateSize: () => rowPx,
        observeElementRect: observeWindowRect,
        observeElementOffset: observeWindowOffset,
        scrollToFn: windowScroll,
        initialOffset: () => scrollY,
        initialRect: { width: innerWidth, height: innerHeight }
      })
  )
  rows.setOptions({
    ...rows.options,
    count,
    estimateSize: () => rowPx,
    scrollMargin: top.current,
    overscan: OVERSCAN,
    scrollPaddingStart: COVERED_PX,
    scrollPaddingEnd: COVERED_PX,
    rangeExtractor: ({ startIndex, endIndex, overscan, count: all }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(all - 1, endIndex + overscan)
      const range = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
      const stays = keptRow.current
      if (stays === undefined || stays >= all || (stays >= first && stays <= last)) return range
      return stays < first ? [stays, ...range] : [...range, stays]
    },
    onChange: () => draw((times) => times + 1)
  })
  useLayoutEffect(() => rows._didMount(), [])
  useLayoutEffect(() => rows._willUpdate())
  useLayoutEffect(() => {
    const around = list.current?.parentElement
    if (around === null || around === undefined) return
    const place = (): void => {
      const now = Math.round(list.current!.getBoundingClientRect().top + scrollY)
      if (now === top.current) return
      top.current = now
      draw((times) => times + 1)
    }
    place()
    // What stands above the list comes and goes (notes, the bar of a selection), and each time what is around both gets another height.
    const observer = new ResizeObserver(place)
    observer.observe(around)
    return () => observer.disconnect()
  }, [])
  useEffect(() => rows.measure(), [rowPx])
  return {
    items: rows.getVirtualItems().map(({ index, start }) => ({ index, top: start - top.current })),
    height: count * rowPx,
    scrollTo: (row) => rows.scrollToIndex(row, { align: 'auto' }),
    inView: Math.max(1, Math.floor((innerHeight - 2 * COVERED_PX) / rowPx))
  }
}

const OVERSCAN = 6
/** What bars at the top and at the bottom of the window may hide. */
const COVERED_PX = 88
