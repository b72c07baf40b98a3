import { useLogout } from '@refinedev/core'
import { Dropdown } from 'antd'
import { ChevronsUpDown } from 'lucide-react'
import { useNavigate } from 'react-router'
import { initials } from './format.ts'
import { openKeyList } from './keyboard/open-key-list.ts'
import { useManifest } from './manifest.tsx'
import { useThemeMode, type ThemeMode } from './theme-mode.tsx'

const themes: readonly [ThemeMode, string][] = [['light', 'Light'], ['dark', 'Dark'], ['system', 'Like the system']]

/** Who is signed in, their settings, the theme, and the way out. */
export const UserMenu = () => {
  const { me } = useManifest()
  const { mode, setMode } = useThemeMode()
  const { mutate: signOut } = useLogout()
  const navigate = useNavigate()
  return (
    <Dropdown
      trigger={['click']} placement="topLeft"
      menu={{
        selectable: true, selectedKeys: [mode],
        items: [
          { type: 'group', label: me.email },
          { type: 'group', label: 'Theme', children: themes.map(([key, label]) => ({ key, label })) },
          { type: 'divider' },
          { key: 'settings', label: 'Settings' },
          { key: 'keys', label: <span className="menu-item"><span>Keys</span><span className="menu-hint">?</span></span> },
          { key: 'authenticator', label: 'Authenticator' },
          { key: 'sign-out', label: 'Sign out' },
        ],
        onClick: ({ key }) => { if (key === 'sign-out') signOut(); else if (key === 'authenticator') void navigate('/second-factor'); else if (key === 'settings') void navigate('/settings'); else if (key === 'keys') openKeyList(); else setMode(key as ThemeMode) },
      }}
    >
      <button type="button" className="user" data-testid="user-menu" title={`${me.name}, ${me.roleLabel}`}>
        <span className="avatar round" aria-hidden="true">{initials(me.name)}</span>
        <span className="words who"><b className="name" dir="auto">{me.name}</b><span>{me.roleLabel}</span></span>
        <ChevronsUpDown size={14} className="words" aria-hidden="true" />
      </button>
    </Dropdown>
  )
}
