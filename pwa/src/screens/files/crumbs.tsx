import './crumbs.css'
import { hashOf } from '../../app/routes.ts'
import { t } from '../../strings/t.ts'
import { Icon } from '../../ui/icon.tsx'
import { Name } from '../../ui/name.tsx'
import { crumbsOf, ROOT } from './paths.ts'

/** The folders above the present one, each a link. Nothing at the root. */
export function Crumbs({ path }: { path: string }) {
  const above = crumbsOf(path).slice(0, -1)
  if (path === ROOT) return null
  return (
    <nav class="crumbs" aria-label={t('files.crumbs')}>
      <ol>
        <li>
          <a href={hashOf({ screen: 'files', path: ROOT })}>{t('files.root')}</a>
        </li>
        {above.map((crumb) => (
          <li key={crumb.path}>
            <Icon name="next" size={16} />
            <a href={hashOf({ screen: 'files', path: crumb.path })}>
              <Name text={crumb.name} />
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
