import { forget, recall, remember } from './remembered.ts'

/**
 * What this browser remembers of being let in: nothing but when. Until its keys are sealed nothing of an account is stored here, so that
 * an app that ends before leaves a device behind on the other side, and only this says so.
 */
export function joinLetIn(nowMs: number): void {
  remember(KEY, String(Math.round(nowMs)))
}

/** It could finish. */
export function joinFinished(): void {
  forget(KEY)
}

/** Whether it was let in within the last day and did not finish. */
export function isJoinUnfinished(nowMs: number): boolean {
  const atMs = Number(recall(KEY) ?? NaN)
  return Math.abs(nowMs - atMs) < REMEMBERED_MS
}

const KEY = 'holdfast.let-in'
const REMEMBERED_MS = 24 * 60 * 60_000
