import { explain, ERRORS } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { EN } from '../strings/en.ts'
import { t } from '../strings/t.ts'
import type { TextKey } from '../strings/t.ts'

export interface Sentence {
  readonly cause: string
  readonly remedy: string
  /** Stable: what to look for, or to tell somebody who helps. */
  readonly code: string
}

/** What a person is told about anything that was thrown. Nothing of its message is shown: that may come from elsewhere. */
export function sentenceOf(error: unknown): Sentence {
  const code = codeOf(error)
  if (code === undefined) return { cause: t('error.unknown'), remedy: t('error.INTERNAL.next'), code: 'INTERNAL' }
  const own = explain(code)
  return { cause: told(`error.${code}`) ?? own.cause, remedy: told(`error.${code}.next`) ?? own.remedy, code }
}

/** By its field, not by its class: what crossed from the worker was made anew. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const code: unknown = typeof error === 'string' ? error : (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : undefined
}

function told(key: string): string | undefined {
  return Object.hasOwn(EN, key) ? t(key as TextKey) : undefined
}
