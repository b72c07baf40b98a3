import '@ant-design/v5-patch-for-react-19'
import '@fontsource-variable/ibm-plex-sans/wght.css'
import '@fontsource/ibm-plex-mono/400.css'
import 'virtual:palette.css'
import './engine/base.css'
import './engine/frame.css'
import './engine/parts.css'
import './engine/list.css'
import './engine/antd.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { giveStylesTheNonce } from './engine/nonce.ts'

giveStylesTheNonce()
createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>)
