import {
  Activity, ArrowLeftRight, Banknote, Bell, BookOpen, Building2, CalendarClock, ChartLine, CircleUser, ClipboardList, Coins, CreditCard, Database, FileText, FileX, Fingerprint,
  Flag, Gauge, Gavel, HandCoins, History, IdCard, Inbox, KeyRound, Landmark, Layers, LayoutGrid, LifeBuoy, ListChecks, ListTree, Mail, Megaphone, MessageSquare, Newspaper, NotebookPen, Percent, Plug,
  Receipt, ReceiptText, Repeat, RotateCcw, ScrollText, Send, Server, Settings, Shield, ShieldAlert, ShieldCheck, SquareUser, StickyNote, Table2, Tag, Tags, Target, Ticket, TrendingUp, Undo2, UserCheck, UserCog,
  Users, UsersRound, Wallet, Webhook, Workflow, Zap, type LucideIcon,
} from 'lucide-react'

/** Icons a definition may name in `nav.icon`, by their kebab-case lucide name. One that is missing here shows as a table. */
const icons: Record<string, LucideIcon> = {
  activity: Activity, 'arrow-left-right': ArrowLeftRight, banknote: Banknote, bell: Bell, 'book-open': BookOpen, 'building-2': Building2, building: Building2, 'calendar-clock': CalendarClock,
  'chart-line': ChartLine, 'circle-user': CircleUser, 'clipboard-list': ClipboardList, coins: Coins, 'credit-card': CreditCard, database: Database, 'file-text': FileText, 'file-x': FileX, fingerprint: Fingerprint,
  flag: Flag, gauge: Gauge, gavel: Gavel, 'hand-coins': HandCoins, history: History, 'id-card': IdCard, inbox: Inbox, 'key-round': KeyRound, key: KeyRound, landmark: Landmark, layers: Layers,
  'layout-grid': LayoutGrid, 'life-buoy': LifeBuoy, 'list-checks': ListChecks, 'list-tree': ListTree, mail: Mail, megaphone: Megaphone, 'message-square': MessageSquare, newspaper: Newspaper, 'notebook-pen': NotebookPen,
  percent: Percent, plug: Plug, receipt: Receipt, 'receipt-text': ReceiptText, repeat: Repeat, 'rotate-ccw': RotateCcw, 'scroll-text': ScrollText, send: Send, server: Server, settings: Settings, shield: Shield,
  'shield-alert': ShieldAlert, 'shield-check': ShieldCheck, 'square-user': SquareUser, 'sticky-note': StickyNote, 'table-2': Table2, tag: Tag, tags: Tags, target: Target, ticket: Ticket,
  'trending-up': TrendingUp, 'undo-2': Undo2, 'user-check': UserCheck, 'user-cog': UserCog, users: Users, 'users-round': UsersRound, wallet: Wallet, webhook: Webhook, workflow: Workflow, zap: Zap,
}

export const NavIcon = ({ name }: { name: string }) => {
  const Icon = icons[name] ?? Table2
  return <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
}
