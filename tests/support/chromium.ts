import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

/** Chromium of this machine; where there is none, installs it (the system's package as root, else Playwright's own build). */
export async function findChromium(): Promise<string> {
  const found = () => [process.env.QUARTERDECK_CHROMIUM, ...places].find(p => p && existsSync(p))
  const present = found()
  if (present) return present
  console.log('Chromium is missing; installing it.')
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    const installed = found()
    if (installed) return installed
  }
  execFileSync(process.execPath, ['node_modules/playwright-core/cli.js', 'install', '--with-deps', 'chromium'], { stdio: 'inherit' })
  const { chromium } = await import('playwright-core')
  return chromium.executablePath()
}

/** How tests start it: no sandbox (root), no calls to the outside. */
export const chromiumArgs = ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-dev-shm-usage']
