import { EN } from './en.ts'

/** One sentence, or one for each plural category of the language ("one", "other", ...), chosen by the value `count`. */
export type Text = string | ({ readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string })
export type TextKey = keyof typeof EN
export type TextValues = Readonly<Record<string, string | number>>

/** The language of the sentences; numbers and dates follow it, so that no sentence mixes two. */
export const LANGUAGE = 'en'

const plurals = new Intl.PluralRules(LANGUAGE)
const integers = new Intl.NumberFormat(LANGUAGE)

/** The sentence of a key with its `{names}` filled in. Numbers are written as people write them. */
export function t(key: TextKey, values: TextValues = {}): string {
  const text: Text = EN[key]
  return fill(typeof text === 'string' ? text : (text[plurals.select(Number(values['count']))] ?? text.other), values)
}

function fill(sentence: string, values: TextValues): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? integers.format(value) : value
  })
}
