import { Download } from 'lucide-react'

/** Fetches a CSV of what the list shows. A plain link: the server streams, the browser saves. */
export const ExportButton = ({ href, words = 'Export' }: { href: string; words?: string }) => (
  <a className="ant-btn qd-link-button" href={href} download data-testid="export"><Download size={16} strokeWidth={1.75} aria-hidden="true" />{words}</a>
)
