import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { dark, light, type Palette } from './palette.ts'

export type ThemeMode = 'light' | 'dark' | 'system'
interface Mode { mode: ThemeMode; isDark: boolean; palette: Palette; setMode: (mode: ThemeMode) => void }

const ModeContext = createContext<Mode | null>(null)
const prefersDark = matchMedia('(prefers-color-scheme: dark)')

const written = (): ThemeMode => {
  const theme = document.documentElement.dataset.theme
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** Keeps `html[data-theme]`, the cookie from which the server writes it, and the palette for antd and charts in step. */
export const ThemeModeProvider = ({ children }: { children: ReactNode }) => {
  const [mode, setModeState] = useState(written)
  const [systemDark, setSystemDark] = useState(prefersDark.matches)
  useEffect(() => {
    const follow = (event: MediaQueryListEvent): void => { setSystemDark(event.matches) }
    prefersDark.addEventListener('change', follow)
    return () => { prefersDark.removeEventListener('change', follow) }
  }, [])
  const setMode = useCallback((next: ThemeMode): void => {
    document.documentElement.dataset.theme = next
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`
    setModeState(next)
  }, [])
  const isDark = mode === 'dark' || (mode === 'system' && systemDark)
  const value = useMemo(() => ({ mode, isDark, palette: isDark ? dark : light, setMode }), [mode, isDark, setMode])
  return <ModeContext value={value}>{children}</ModeContext>
}

/** The theme in force, its colours (for canvas and SVG), and how to change it. */
export const useThemeMode = (): Mode => {
  const mode = useContext(ModeContext)
  if (!mode) throw new Error('The theme is read outside its provider.')
  return mode
}
