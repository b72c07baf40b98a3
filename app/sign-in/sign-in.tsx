import '@fontsource-variable/ibm-plex-sans/wght.css'
import 'virtual:palette.css'
import '../engine/base.css'
import './sign-in.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Mark } from '../engine/quadrant.tsx'
import { Instrument } from './instrument.tsx'
import { InviteForm } from './invite-form.tsx'
import { SignInForm } from './sign-in-form.tsx'

const token = /^\/(?:invite|reset)\/([^/]+)\/?$/.exec(location.pathname)?.[1]
if (token) document.title = 'Set your password - Quarterdeck'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <div className="sign-in">
      <main>
        <div className="sheet">
          <p className="brand"><Mark size={25} />Quarterdeck</p>
          {token ? <InviteForm token={token} /> : <SignInForm />}
        </div>
        <p className="recorded">Every sign-in is recorded.</p>
      </main>
      <Instrument />
    </div>
  </StrictMode>,
)
